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
  const zones = zonesOf(item);
  const dwell = dwellOf(item, zones);
  return {
    track: item.trackerId ?? null,
    parent,
    class: item.class,
    confidence: within(item.confidence, 1, 1e4),
    box: normalised(item.box, frame),
    px: pixels(item.box, frame),
    zones,
    ...(dwell === undefined ? {} : { dwell_s: dwell }),
    attrs: attributesOf(item.data),
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

/** Names of the zones that it is in: those of zone steps, and those that code names in a field `zones`. */
export function zonesOf({ zones = [], data }: Detection): string[] {
  const named = data?.["zones"];
  return [...zones.map(({ zone }) => zone), ...(Array.isArray(named) ? named.map(String) : [])];
}

/** Seconds by zone; those of a zone step that named none go by the first name. */
function dwellOf({ zones, timeInZone }: Detection, names: readonly string[]): PayloadObject["dwell_s"] {
  if (zones !== undefined) return Object.fromEntries(zones.map(({ zone, seconds }) => [zone, Math.max(0, seconds)]));
  return timeInZone === undefined ? undefined : { [names[0] ?? "zone"]: Math.max(0, timeInZone) };
}

/** Every field of a detection beside `zones`. */
function attributesOf(data: Detection["data"]): PayloadObject["attrs"] {
  const attrs: PayloadObject["attrs"] = {};
  for (const [name, value] of Object.entries(data ?? {})) {
    if (name === "zones" && Array.isArray(value)) continue;
    if (value !== undefined && !ArrayBuffer.isView(value)) attrs[name] = isAttribute(value) ? value : { value };
  }
  return attrs;
}

function isAttribute(value: unknown): value is PayloadObject["attrs"][string] {
  if (typeof value !== "object" || value === null || !("value" in value)) return false;
  const { confidence, model } = value as { confidence?: unknown; model?: unknown };
  const rated = confidence === undefined || (typeof confidence === "number" && confidence >= 0 && confidence <= 1);
  return rated && (model === undefined || typeof model === "string");
}
