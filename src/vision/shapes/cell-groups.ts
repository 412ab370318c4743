/** A rectangle of cells: its first column and row, and those behind its last. */
export interface CellRectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Marked cells that have at most one unmarked cell between them belong together. */
const REACH = 2;

/** Rectangles around groups of marked cells, in the order of their first cell; groups larger than so many columns and rows are halved until they are not. */
export function cellGroups(
  marks: Uint8Array,
  width: number,
  { columns, rows }: { columns: number; rows: number },
): CellRectangle[] {
  const most = { columns: Math.max(1, columns), rows: Math.max(1, rows) };
  const left = marks.slice();
  const groups: CellRectangle[] = [];
  for (let first = 0; first < left.length; first++) {
    if (left[first] === 1) groups.push(...parted(groupFrom(first, left, width), width, most));
  }
  return groups;
}

/** Takes a group out of the marks. */
function groupFrom(first: number, left: Uint8Array, width: number): number[] {
  const height = left.length / width;
  const cells = [first];
  left[first] = 0;
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at]!;
    const [x, y] = [cell % width, Math.floor(cell / width)];
    for (let row = Math.max(0, y - REACH); row <= Math.min(height - 1, y + REACH); row++) {
      for (let column = Math.max(0, x - REACH); column <= Math.min(width - 1, x + REACH); column++) {
        const near = row * width + column;
        if (left[near] !== 1) continue;
        left[near] = 0;
        cells.push(near);
      }
    }
  }
  return cells;
}

function parted(cells: readonly number[], width: number, most: { columns: number; rows: number }): CellRectangle[] {
  const around = rectangleAround(cells, width);
  const [columns, rows] = [around.right - around.left, around.bottom - around.top];
  if (columns <= most.columns && rows <= most.rows) return [around];
  const isWide = columns * most.rows >= rows * most.columns && columns > 1;
  const middle = isWide ? (around.left + around.right) / 2 : (around.top + around.bottom) / 2;
  const isBefore = (cell: number) => (isWide ? cell % width : Math.floor(cell / width)) < middle;
  const halves = [cells.filter(isBefore), cells.filter((cell) => !isBefore(cell))];
  return halves.flatMap((half) => parted(half, width, most));
}

function rectangleAround(cells: readonly number[], width: number): CellRectangle {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const cell of cells) {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + 1);
    bottom = Math.max(bottom, y + 1);
  }
  return { left, top, right, bottom };
}
