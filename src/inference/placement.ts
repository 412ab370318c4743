import { fitting } from "../kinds/frame.ts";
import type { ModelInput } from "./description.ts";
import type { Candidates } from "./families/family.ts";
import { ROW } from "./request.ts";

/** Copies chosen boxes from pixels of the model's input to pixels of what was `seen` of an image, clipped to the `whole` of it. */
export function placeInImage(
  candidates: Candidates,
  chosen: Uint32Array,
  place: { input: ModelInput; seen: Size; whole: Size & { x: number; y: number } },
): Float32Array {
  const { input, seen, whole } = place;
  const { scaleX, scaleY, offsetX, offsetY } = fitting(input.fit, seen.width, seen.height, input.width, input.height);
  const across = (value: number) => clamp((value - offsetX) / scaleX, whole.x, whole.width);
  const down = (value: number) => clamp((value - offsetY) / scaleY, whole.y, whole.height);
  const from = candidates.rows;
  const rows = new Float32Array(chosen.length * ROW);
  for (let k = 0, at = 0; k < chosen.length; k++, at += ROW) {
    const source = chosen[k]! * ROW;
    rows[at] = across(from[source]!);
    rows[at + 1] = down(from[source + 1]!);
    rows[at + 2] = across(from[source + 2]!);
    rows[at + 3] = down(from[source + 3]!);
    rows[at + 4] = from[source + 4]!;
    rows[at + 5] = from[source + 5]!;
  }
  return rows;
}

interface Size {
  width: number;
  height: number;
}

function clamp(value: number, start: number, length: number): number {
  return Math.max(start, Math.min(start + length, value));
}
