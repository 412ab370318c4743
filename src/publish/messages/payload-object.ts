import { type Detection, type Detections, toRoot } from "../../kinds/detections.ts";
import type { Payload } from "./schemas.ts";

interface Size {
  width: number;
  height: number;
}

type PayloadObject = Payload<"event">["object"];
type Box = PayloadObject["box"];

/** The objects of a frame, from detections on the frame itself or on crops of it. */
export function objectsOf(frame: Size, detections: Detections | readonly Detections[]): PayloadObject[] {
  const containers = "kind" in detections ? [detections] : detections;
  return containers.flatMap((container) => {
    const parent = parentOf(container);
    return toRoot(container).items.map((item) => objectOf(item, frame, parent));
  });
}

/** The detection whose crop the container was found in. */
export function parentOf(detections: Detections): string | null {
  return detections.parent === null ? null : detections.parentId;
}

/** One object; `box` of the detection is in pixels of the frame. */
export function objectOf(item: Detection, frame: Size, parent: string | null): PayloadObject {
  const { zones, attrs } = readData(item.data);
  const dwell = item.timeInZone;
  return {
    track: item.trackerId ?? null,
    parent,
    class: item.class,
    confidence: within(item.confidence, 1, 1e4),
    box: normalised(item.box, frame),
    px: pixels(item.box, frame),
    zones,
    ...(dwell === undefined ? {} : { dwell_s: { [zones[0] ?? "zone"]: Math.max(0, dwell) } }),
    attrs,
    detection: item.detectionId,
  };
}

/** A box in pixels as fractions of the frame, cut at its edges. */
export function normalised([x1, y1, x2, y2]: Detection["box"], { width, height }: Size): Box {
  return [
    within(x1 / width, 1, 1e5),
    within(y1 / height, 1, 1e5),
    within(x2 / width, 1, 1e5),
    within(y2 / height, 1, 1e5),
  ];
}

function pixels([x1, y1, x2, y2]: Detection["box"], { width, height }: Size): PayloadObject["px"] {
  return [within(x1, width, 1), within(y1, height, 1), within(x2, width, 1), within(y2, height, 1)];
}

/** Rounds to 1/`steps` within 0..limit; what is no number becomes 0. */
function within(value: number, limit: number, steps: number): number {
  if (!(value > 0)) return 0;
  return value < limit ? Math.round(value * steps) / steps : limit;
}

/** Zones are named by the field `zones`; every other field of a detection becomes an attribute. */
function readData(data: Detection["data"]): Pick<PayloadObject, "zones" | "attrs"> {
  if (data === undefined) return { zones: [], attrs: {} };
  const zones: string[] = [];
  const attrs: PayloadObject["attrs"] = {};
  for (const [name, value] of Object.entries(data)) {
    if (name === "zones" && Array.isArray(value)) zones.push(...value.map(String));
    else if (value !== undefined && !ArrayBuffer.isView(value)) attrs[name] = isAttribute(value) ? value : { value };
  }
  return { zones, attrs };
}

function isAttribute(value: unknown): value is PayloadObject["attrs"][string] {
  if (typeof value !== "object" || value === null || !("value" in value)) return false;
  const { confidence, model } = value as { confidence?: unknown; model?: unknown };
  const rated = confidence === undefined || (typeof confidence === "number" && confidence >= 0 && confidence <= 1);
  return rated && (model === undefined || typeof model === "string");
}
