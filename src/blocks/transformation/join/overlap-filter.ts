import { BoxTree } from "../../../geometry/box-tree.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { enclosingBox } from "./enclosing-box.ts";
import { overlapOf, unitedMask } from "./mask-overlap.ts";

/** Non-maximum suppression within classes: leaves out what overlaps a surer detection. Keeps the order. */
export function withoutOverlaps(items: readonly Detection[], threshold: number): Detection[] {
  const kept = new Set<Detection>();
  for (const group of byClass(items)) {
    const survivors = new BoxTree(boxesOf(group), { isEmpty: true });
    for (const [i, item] of group.entries()) {
      if (survivors.some(item.box, (other) => overlapOf(group[other] as Detection, item) > threshold)) continue;
      survivors.add(i);
      kept.add(item);
    }
  }
  return items.filter((item) => kept.has(item));
}

/** Non-maximum merging within classes: the surest detection takes in those that overlap it. Classes in the order of their ids. */
export function mergedOverlaps(items: readonly Detection[], threshold: number): Detection[] {
  return byClass(items).flatMap((group) => {
    const [surest, ...others] = group;
    if (surest === undefined) return [];
    if (threshold <= 0) return [united([surest, ...others])];
    const merged: Detection[] = [];
    const waiting = new BoxTree(boxesOf(group));
    for (const [i, first] of group.entries()) {
      if (!waiting.has(i)) continue;
      waiting.remove(i);
      const near = waiting.meeting(first.box);
      const taken = [...near].filter((other) => overlapOf(first, group[other] as Detection) >= threshold);
      for (const other of taken) waiting.remove(other);
      merged.push(united([first, ...taken.map((other) => group[other] as Detection)]));
    }
    return merged;
  });
}

/** The surest first, of equally sure ones the last; classes in the order of their ids. */
function byClass(items: readonly Detection[]): Detection[][] {
  const groups = new Map<number, Detection[]>();
  for (const item of [...items].reverse().sort((a, b) => b.confidence - a.confidence)) {
    const group = groups.get(item.classId);
    if (group === undefined) groups.set(item.classId, [item]);
    else group.push(item);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** The surest one, around all of them; its confidence is their mean, weighed by area. */
function united(group: readonly [Detection, ...Detection[]]): Detection {
  const [first] = group;
  if (group.length === 1) return first;
  const areas = group.map(({ box }) => areaOf(box));
  const total = areas.reduce((sum, area) => sum + area, 0);
  const weighed = group.reduce((sum, { confidence }, i) => sum + confidence * (areas[i] ?? 0), 0);
  const mask = unitedMask(group.map((item) => item.mask));
  return {
    ...first,
    box: enclosingBox(group.map(({ box }) => box)),
    confidence: total > 0 ? weighed / total : first.confidence,
    ...(mask === null ? {} : { mask }),
  };
}

function boxesOf(items: readonly Detection[]) {
  return items.map(({ box }) => box);
}

function areaOf([x1, y1, x2, y2]: Detection["box"]): number {
  return (x2 - x1) * (y2 - y1);
}
