import type { Box } from "../../geometry/box-overlap.ts";

/** Finds boxes that may touch another one, in ascending order, without looking at all. `boxes` holds 4 numbers a box. */
export function openBoxGrid(boxes: Float64Array): (box: Box) => number[] {
  const grid = gridOver(boxes);
  const cells = new Map<number, number[]>();
  for (let at = 0; at < boxes.length; at += 4) {
    forEachCell(grid, [boxes[at] ?? 0, boxes[at + 1] ?? 0, boxes[at + 2] ?? 0, boxes[at + 3] ?? 0], (cell) => {
      const known = cells.get(cell);
      if (known === undefined) cells.set(cell, [at / 4]);
      else known.push(at / 4);
    });
  }
  return (box) => {
    const found = new Set<number>();
    forEachCell(grid, box, (cell) => {
      for (const index of cells.get(cell) ?? []) found.add(index);
    });
    return [...found].sort((a, b) => a - b);
  };
}

/** Cells of equal size over the area that the boxes cover; what lies outside belongs to those at its edge. */
interface Grid {
  left: number;
  top: number;
  width: number;
  height: number;
  columns: number;
  rows: number;
}

/** About as many cells as boxes, none smaller than the usual box. */
function gridOver(boxes: Float64Array): Grid {
  const count = boxes.length / 4;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let [widths, heights] = [0, 0];
  for (let at = 0; at < boxes.length; at += 4) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(at, at + 4);
    [left, top, right, bottom] = [Math.min(left, x1), Math.min(top, y1), Math.max(right, x2), Math.max(bottom, y2)];
    widths += x2 - x1;
    heights += y2 - y1;
  }
  const most = Math.ceil(Math.sqrt(count));
  const columns = cellsAlong(right - left, widths / count, most);
  const rows = cellsAlong(bottom - top, heights / count, most);
  return { left, top, width: (right - left) / columns, height: (bottom - top) / rows, columns, rows };
}

function cellsAlong(length: number, usual: number, most: number): number {
  const fitting = Math.floor(length / usual);
  return Number.isFinite(fitting) ? Math.min(most, Math.max(1, fitting)) : 1;
}

function forEachCell(grid: Grid, [x1, y1, x2, y2]: Box, visit: (cell: number) => void): void {
  const { left, top, width, height, columns, rows } = grid;
  const firstColumn = cellAt((x1 - left) / width, columns);
  const lastColumn = cellAt((x2 - left) / width, columns);
  const lastRow = cellAt((y2 - top) / height, rows);
  for (let row = cellAt((y1 - top) / height, rows); row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) visit(row * columns + column);
  }
}

function cellAt(place: number, count: number): number {
  return place > 0 ? Math.min(count - 1, Math.floor(place)) : 0;
}
