import type { Box } from "../../geometry/box-overlap.ts";
import { openBoxGrid } from "./box-grid.ts";

/** Pairs of rows and columns that can be, row by row with ascending columns, and what each costs. */
export interface Pairs {
  /** Where the pairs of each row begin, and at last where those of the last one end. */
  starts: Uint32Array;
  columns: Uint32Array;
  costs: Float64Array;
}

/** What a pair costs, by its row, its column and the cost so far. */
export type PairCost = (row: number, column: number, cost: number) => number;

/** Boxes that touch each other, at 1 - overlap (intersection over union). */
export function touching(rows: readonly Box[], columns: readonly Box[]): Pairs {
  const boxes = new Float64Array(4 * columns.length);
  columns.forEach((box, i) => {
    boxes.set(box, 4 * i);
  });
  const near = rows.length * columns.length > FEW_PAIRS ? openBoxGrid(boxes) : null;
  const all = near === null ? Uint32Array.from(columns.keys()) : null;
  const starts = new Uint32Array(rows.length + 1);
  const found: Found = { columns: [], costs: [] };
  rows.forEach((box, row) => {
    addTouching(box, { boxes, columns: all ?? near?.(box) ?? [] }, found);
    starts[row + 1] = found.costs.length;
  });
  return { starts, columns: Uint32Array.from(found.columns), costs: Float64Array.from(found.costs) };
}

/** The same pairs at other costs. */
export function recosted({ starts, columns, costs }: Pairs, costOf: PairCost): Pairs {
  const changed = new Float64Array(costs.length);
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      changed[at] = costOf(row, columns[at] ?? 0, costs[at] ?? Infinity);
    }
  }
  return { starts, columns, costs: changed };
}

/** Up to here looking at all of them takes less than a grid. */
const FEW_PAIRS = 4096;

interface Found {
  columns: number[];
  costs: number[];
}

function addTouching(
  [left, top, right, bottom]: Box,
  { boxes, columns }: { boxes: Float64Array; columns: ArrayLike<number> },
  found: Found,
): void {
  const area = (right - left) * (bottom - top);
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] ?? 0;
    const at = 4 * column;
    const x1 = boxes[at] ?? 0;
    const x2 = boxes[at + 2] ?? 0;
    const width = Math.min(right, x2) - Math.max(left, x1);
    if (width <= 0) continue;
    const y1 = boxes[at + 1] ?? 0;
    const y2 = boxes[at + 3] ?? 0;
    const height = Math.min(bottom, y2) - Math.max(top, y1);
    if (height <= 0) continue;
    const shared = width * height;
    found.columns.push(column);
    // The area of boxes without a measurable size is nothing.
    found.costs.push(shared === 0 ? 1 : 1 - shared / (area + (x2 - x1) * (y2 - y1) - shared));
  }
}
