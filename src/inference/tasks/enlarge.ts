import type { Drawn } from "./draw-mask.ts";
import type { toCells } from "./map-place.ts";

/** Pixels of a picture that take those of a coarser one, in which `grid` places them. */
export function enlarged(
  { pixels, area }: Drawn,
  { width, height }: { width: number; height: number },
  grid: ReturnType<typeof toCells>,
): Drawn {
  const columns = places(width, (x) => (x + 0.5) * grid.scaleX + grid.offsetX - area.x, area.width);
  const rows = places(height, (y) => (y + 0.5) * grid.scaleY + grid.offsetY - area.y, area.height);
  const fine = new Uint8Array(columns.cells.length * rows.cells.length);
  let to = 0;
  for (const row of rows.cells) {
    for (const column of columns.cells) fine[to++] = pixels[row * area.width + column]!;
  }
  return {
    pixels: fine,
    area: { x: columns.first, y: rows.first, width: columns.cells.length, height: rows.cells.length },
  };
}

/** The cell of each of the pixels along a side that lie on some; they follow each other. */
function places(count: number, position: (i: number) => number, cells: number): { first: number; cells: Int32Array } {
  const found = Int32Array.from({ length: count }, (_, i) => Math.floor(position(i)));
  const inside = (cell: number) => cell >= 0 && cell < cells;
  const first = found.findIndex(inside);
  if (first < 0) return { first: 0, cells: new Int32Array() };
  return { first, cells: found.slice(first, found.findLastIndex(inside) + 1) };
}
