import type { Detection } from "../../../kinds/detections.ts";
import { areaOf, type Mask } from "../../../kinds/mask.ts";
import { commonMask, unitedMask } from "../join/mask-overlap.ts";

export type Aggregation = "average" | "max" | "min";
export type MaskAggregation = "intersection" | "union" | "max" | "min";

interface How {
  confidence: Aggregation;
  box: Aggregation;
  mask: MaskAggregation;
  /** Id of the result. */
  detectionId: string;
}

/** One detection made of several; where any has a mask, those without count as covering nothing. */
export function merged(group: readonly Detection[], { detectionId, ...how }: How): Detection {
  const mask = group.some((item) => item.mask !== undefined) ? maskOf(group, how.mask) : null;
  const { class: name, classId } = classOf(group, how.confidence);
  return {
    box: mask === null ? boxOf(group, how.box) : extentOf(mask),
    confidence: aggregated(
      group.map((item) => item.confidence),
      how.confidence,
    ),
    class: name,
    classId,
    detectionId,
    ...(mask === null ? {} : { mask }),
  };
}

export function aggregated(values: readonly number[], how: Aggregation): number {
  if (how === "max") return Math.max(...values);
  if (how === "min") return Math.min(...values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The class that most have, or that of the surest or least sure one; the first of equals. */
function classOf(group: readonly Detection[], how: Aggregation): Pick<Detection, "class" | "classId"> {
  if (how === "max") return greatest(group, (item) => item.confidence);
  if (how === "min") return greatest(group, (item) => -item.confidence);
  return greatest(group, (item) => {
    return group.filter((other) => other.class === item.class && other.classId === item.classId).length;
  });
}

function boxOf(group: readonly Detection[], how: Aggregation): Detection["box"] {
  if (how === "max") return greatest(group, boxArea).box;
  if (how === "min") return greatest(group, (item) => -boxArea(item)).box;
  return [0, 1, 2, 3].map((i) =>
    aggregated(
      group.map(({ box }) => box[i] ?? 0),
      "average",
    ),
  ) as Detection["box"];
}

const NOTHING: Mask = { x: 0, y: 0, width: 0, height: 0, runs: new Uint32Array() };

function maskOf(group: readonly Detection[], how: MaskAggregation): Mask {
  const masks = group.map(({ mask }) => mask ?? NOTHING);
  if (how === "max") return greatest(masks, areaOf);
  if (how === "min") return greatest(masks, (mask) => -areaOf(mask));
  const present = masks.filter(({ runs }) => runs.length > 0);
  if (how === "union") return unitedMask(present) ?? NOTHING;
  return present.length < masks.length ? NOTHING : (commonMask(present) ?? NOTHING);
}

/** Up to the last pixels, as in the reference. */
function extentOf({ x, y, width, height }: Mask): Detection["box"] {
  return width === 0 ? [0, 0, 0, 0] : [x, y, x + width - 1, y + height - 1];
}

function boxArea({ box }: Detection): number {
  return (box[2] - box[0]) * (box[3] - box[1]);
}

/** The first of those that are greatest. */
function greatest<T>(items: readonly T[], measure: (item: T) => number): T {
  return items.reduce((best, item) => (measure(item) > measure(best) ? item : best));
}
