import { type Candidates, nextRow } from "../families/family.ts";

export interface FoundBox {
  score: number;
  classId: number;
  /** Place in the outputs. */
  origin?: number;
}

/** Adds a box by its corners. */
export function addBox(
  into: Candidates,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  { score, classId, origin = 0 }: FoundBox,
): void {
  const at = nextRow(into, origin);
  const { rows } = into;
  rows[at] = x1;
  rows[at + 1] = y1;
  rows[at + 2] = x2;
  rows[at + 3] = y2;
  rows[at + 4] = score;
  rows[at + 5] = classId;
}

/** Corners of a box given by its centre and size. */
export function cornersOf(x: number, y: number, width: number, height: number): [number, number, number, number] {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

/** Index of the largest of `count` numbers from `from` on, `step` apart; numbers that are none are passed over. */
export function largest(data: Float32Array, from: number, count: number, step = 1): number {
  let best = from;
  for (let i = 1, at = from + step; i < count; i++, at += step) if (!(data[at]! <= data[best]!)) best = at;
  return best;
}
