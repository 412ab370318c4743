import { overlap } from "../../../geometry/box-overlap.ts";
import type { Detection, KeyPoint } from "../../../kinds/detections.ts";
import { areaOf, type Mask } from "../../../kinds/mask.ts";
import { connected } from "./connected.ts";
import { enclosingBox } from "./enclosing-box.ts";
import { sharedPixels, unitedMask } from "./mask-overlap.ts";

export type Strategy = "max" | "mean" | "min";

/** Makes one of all that overlap each other, also through others: by masks where all have one, else by boxes. */
export function mergeOverlapping(
  items: readonly Detection[],
  { strategy, threshold }: { strategy: Strategy; threshold: number },
): Detection[] {
  const hasMasks = items.every(({ mask }) => mask !== undefined);
  const isOne = (a: Detection, b: Detection) => {
    const ofBoxes = overlap(a.box, b.box);
    if (ofBoxes === 0) return false;
    const shared = hasMasks ? maskOverlap(a.mask as Mask, b.mask as Mask) : ofBoxes;
    return threshold <= 0 ? shared > 0 : shared >= threshold;
  };
  return connected(items, isOne).flatMap((group) => united(group, { strategy, hasMasks }) ?? []);
}

function maskOverlap(a: Mask, b: Mask): number {
  const shared = sharedPixels(a, b);
  return shared === 0 ? 0 : shared / (areaOf(a) + areaOf(b) - shared);
}

/** Null where no pixel is left of the masks. */
function united(
  group: readonly Detection[],
  { strategy, hasMasks }: { strategy: Strategy; hasMasks: boolean },
): Detection | null {
  const confidence = confidenceOf(group, strategy);
  const first = group[0] as Detection;
  if (!hasMasks) return { ...first, box: enclosingBox(group.map(({ box }) => box)), confidence };
  const mask = unitedMask(group.map((item) => item.mask));
  if (mask === null || mask.width === 0) return null;
  return { ...first, box: [mask.x, mask.y, mask.x + mask.width, mask.y + mask.height], confidence, mask };
}

/** Makes one of those whose key points lie near to those of the first, with their mean places. */
export function mergeKeyPoints(
  items: readonly Detection[],
  { strategy, distance }: { strategy: Strategy; distance: number },
): Detection[] {
  const merged: Detection[] = [];
  const waiting = items.filter(({ keypoints }) => keypoints !== undefined);
  for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
    const points = first.keypoints ?? [];
    const group = [first, ...waiting.filter((item) => meanDistance(points, item.keypoints ?? []) < distance)];
    for (const item of group.slice(1)) waiting.splice(waiting.indexOf(item), 1);
    merged.push(group.length === 1 ? first : averaged(group, strategy));
  }
  return [...merged, ...items.filter(({ keypoints }) => keypoints === undefined)];
}

function averaged(group: readonly Detection[], strategy: Strategy): Detection {
  const first = group[0] as Detection;
  const mean = (value: (item: Detection) => number) => group.reduce((sum, item) => sum + value(item), 0) / group.length;
  const keypoints = (first.keypoints ?? []).map((point, i): KeyPoint => {
    const of = (key: "x" | "y" | "confidence") => mean((item) => item.keypoints?.[i]?.[key] ?? 0);
    return { ...point, x: of("x"), y: of("y"), confidence: of("confidence") };
  });
  const box = [0, 1, 2, 3].map((side) => mean((item) => item.box[side] ?? 0)) as Detection["box"];
  return { ...first, box, keypoints, confidence: confidenceOf(group, strategy) };
}

function meanDistance(a: readonly KeyPoint[], b: readonly KeyPoint[]): number {
  if (a.length !== b.length || a.length === 0) return Number.POSITIVE_INFINITY;
  return a.reduce((sum, { x, y }, i) => sum + Math.hypot(x - (b[i]?.x ?? 0), y - (b[i]?.y ?? 0)), 0) / a.length;
}

function confidenceOf(group: readonly Detection[], strategy: Strategy): number {
  const values = group.map(({ confidence }) => confidence);
  if (strategy === "mean") return values.reduce((sum, value) => sum + value, 0) / values.length;
  return strategy === "min" ? Math.min(...values) : Math.max(...values);
}
