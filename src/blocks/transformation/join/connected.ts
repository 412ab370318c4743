import { BoxTree } from "../../../geometry/box-tree.ts";
import type { Detection } from "../../../kinds/detections.ts";

/**
 * Groups of detections that are joined in pairs, also through others; groups and their items in the order given. Only
 * detections whose boxes meet are joined.
 */
export function connected(
  items: readonly Detection[],
  isJoined: (a: Detection, b: Detection) => boolean,
): Detection[][] {
  const waiting = new BoxTree(items.map(({ box }) => box));
  return items.flatMap((_, start) => {
    if (!waiting.has(start)) return [];
    waiting.remove(start);
    const members = [start];
    // Grows as it is walked.
    for (const member of members) {
      const item = items[member] as Detection;
      for (const other of waiting.meeting(item.box)) {
        if (!isJoined(item, items[other] as Detection)) continue;
        members.push(other);
        waiting.remove(other);
      }
    }
    return [members.sort((a, b) => a - b).map((member) => items[member] as Detection)];
  });
}
