import { type Fitting, fitting } from "../../kinds/frame.ts";
import { type Mask, maskOf } from "../../kinds/mask.ts";
import type { CellWindow } from "../families/family.ts";
import { ROW } from "../request.ts";
import { readBoxes } from "./boxes.ts";
import type { TaskReader } from "./task-reader.ts";

/**
 * Masks at the size of the image: scores of cells, 0 beyond the cells of the object's box, between cells bilinear; more than a half is
 * inside.
 */
export const readSegments: TaskReader<"segment"> = (item, reading, family) => {
  const { chosen, rows } = readBoxes(item, reading, family);
  const { candidates, outputs, input } = reading;
  const { width: across, height: down } = family.mapSize(outputs);
  const fit = fitting(input.fit, item.width, item.height, input.width, input.height);
  const grid: Grid = {
    scaleX: (fit.scaleX * across) / input.width,
    scaleY: (fit.scaleY * down) / input.height,
    offsetX: (fit.offsetX * across) / input.width,
    offsetY: (fit.offsetY * down) / input.height,
  };
  const masks = Array.from(chosen, (index): Mask => {
    const box = candidates.rows.subarray(index * ROW, index * ROW + 4);
    const window = cellsOf(box, { x: across / input.width, y: down / input.height }, { across, down });
    const scores = family.maskScores(outputs, candidates.origins[index]!, window);
    return drawMask(scores, { window, grid, width: item.width, height: item.height });
  });
  return { rows, masks };
};

/** From pixels of the image to cells: `cell = pixel * scale + offset`, both at their left and upper edges. */
type Grid = Fitting;

/** The cells of a box in pixels of the model's input. */
function cellsOf(
  box: Float32Array,
  scale: { x: number; y: number },
  { across, down }: { across: number; down: number },
): CellWindow {
  const [left, right] = [box[0]!, box[2]!].map((side) => clamp(Math.round(side * scale.x), across)) as [number, number];
  const [top, bottom] = [box[1]!, box[3]!].map((side) => clamp(Math.round(side * scale.y), down)) as [number, number];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

interface Canvas {
  window: CellWindow;
  grid: Grid;
  width: number;
  height: number;
}

function drawMask(scores: Float32Array, { window, grid, width, height }: Canvas): Mask {
  // Half a cell beyond the window a score may still be above a half.
  const left = clamp(Math.floor((window.x - 0.5 - grid.offsetX) / grid.scaleX), width);
  const right = clamp(Math.ceil((window.x + window.width + 0.5 - grid.offsetX) / grid.scaleX), width);
  const top = clamp(Math.floor((window.y - 0.5 - grid.offsetY) / grid.scaleY), height);
  const bottom = clamp(Math.ceil((window.y + window.height + 0.5 - grid.offsetY) / grid.scaleY), height);
  const area = { x: left, y: top, width: right - left, height: bottom - top };
  const pixels = new Uint8Array(area.width * area.height);
  const columns = samples(area.width, (i) => (left + i + 0.5) * grid.scaleX + grid.offsetX - 0.5 - window.x);
  const rows = samples(area.height, (i) => (top + i + 0.5) * grid.scaleY + grid.offsetY - 0.5 - window.y);
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= window.width || y >= window.height ? 0 : scores[y * window.width + x]!;
  for (let y = 0, out = 0; y < area.height; y++) {
    const { cell: row, share: down } = rows[y]!;
    for (let x = 0; x < area.width; x++, out++) {
      const { cell: column, share: along } = columns[x]!;
      const above = at(column, row) * (1 - along) + at(column + 1, row) * along;
      const below = at(column, row + 1) * (1 - along) + at(column + 1, row + 1) * along;
      pixels[out] = above * (1 - down) + below * down > 0.5 ? 1 : 0;
    }
  }
  return maskOf(pixels, area);
}

/** The cell before each pixel's middle and how far it lies towards the next. */
function samples(count: number, position: (i: number) => number): { cell: number; share: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const exact = position(i);
    const cell = Math.floor(exact);
    return { cell, share: exact - cell };
  });
}

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}
