import { fitting } from "../kinds/frame.ts";
import type { ModelInput } from "./description.ts";
import type { Candidates } from "./families/family.ts";
import { ROW } from "./request.ts";

/** Copies chosen boxes from pixels of the model's input to pixels of the `width` x `height` image, clipped to it. */
export function placeInImage(
  candidates: Candidates,
  chosen: Uint32Array,
  place: { input: ModelInput; width: number; height: number },
): Float32Array {
  const { input, width, height } = place;
  const { scaleX, scaleY, offsetX, offsetY } = fitting(input.fit, width, height, input.width, input.height);
  const from = candidates.rows;
  const rows = new Float32Array(chosen.length * ROW);
  for (let k = 0, at = 0; k < chosen.length; k++, at += ROW) {
    const source = chosen[k]! * ROW;
    rows[at] = clamp((from[source]! - offsetX) / scaleX, width);
    rows[at + 1] = clamp((from[source + 1]! - offsetY) / scaleY, height);
    rows[at + 2] = clamp((from[source + 2]! - offsetX) / scaleX, width);
    rows[at + 3] = clamp((from[source + 3]! - offsetY) / scaleY, height);
    rows[at + 4] = from[source + 4]!;
    rows[at + 5] = from[source + 5]!;
  }
  return rows;
}

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}
