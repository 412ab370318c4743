import { type Candidates, type DecodeRequest, nextRow } from "../families/family.ts";

/** Rows of a box: centre x and y, width, height in pixels of the model's input. */
export const BOX = 4;

/**
 * Decodes the first output, a column for each cell: the box, then the scores of `classCount` classes, then whatever else. The origin of a
 * candidate is its cell. Scans scores in memory order; almost all stay below the threshold, so the scan is one comparison for each.
 */
export function decodeCells({ outputs, index, confidence }: DecodeRequest, classCount: number, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, cells = 0] = dims;
  const start = index * rows * cells;
  const first = start + BOX * cells;
  const end = first + classCount * cells;
  const rowOfCell = new Int32Array(cells).fill(-1);
  for (let at = nextAtLeast(data, confidence, first, end); at < end; at = nextAtLeast(data, confidence, at + 1, end)) {
    const cell = (at - first) % cells;
    const row = rowOfCell[cell]! >= 0 ? rowOfCell[cell]! : addBox(data, { at: start + cell, cell, cells }, into);
    rowOfCell[cell] = row;
    if (data[at]! <= into.rows[row + 4]!) continue;
    into.rows[row + 4] = data[at]!;
    into.rows[row + 5] = Math.floor((at - first) / cells);
  }
}

/** Index of the first value of at least `least`, else `end`. Four at a time, which takes a third off the whole scan. */
function nextAtLeast(data: Float32Array, least: number, from: number, end: number): number {
  let at = from;
  while (at + 3 < end) {
    if (data[at]! >= least || data[at + 1]! >= least || data[at + 2]! >= least || data[at + 3]! >= least) break;
    at += 4;
  }
  while (at < end && !(data[at]! >= least)) at++;
  return at;
}

function addBox(
  data: Float32Array,
  { at, cell, cells }: { at: number; cell: number; cells: number },
  into: Candidates,
): number {
  const halfWidth = data[at + 2 * cells]! / 2;
  const halfHeight = data[at + 3 * cells]! / 2;
  const row = nextRow(into, cell);
  into.rows[row] = data[at]! - halfWidth;
  into.rows[row + 1] = data[at + cells]! - halfHeight;
  into.rows[row + 2] = data[at]! + halfWidth;
  into.rows[row + 3] = data[at + cells]! + halfHeight;
  into.rows[row + 4] = -1;
  return row;
}
