import type { Mask } from "../../kinds/mask.ts";
import type { CellWindow } from "../families/family.ts";
import { samplesAlong, type toCells } from "./map-place.ts";

/** From pixels of the image to cells: `cell = pixel * scale + offset`, both at their left and upper edges. */
export type Grid = ReturnType<typeof toCells>;

/** Scores of the cells of a window, in rows. */
export interface Scored {
  scores: Float32Array;
  window: CellWindow;
}

/** Cells of `window` are drawn into a picture of the size. */
export interface Canvas {
  window: CellWindow;
  grid: Grid;
  width: number;
  height: number;
}

/** Pixels of a part of a picture, 1 inside. */
export interface Drawn {
  pixels: Uint8Array;
  area: Omit<Mask, "runs">;
}

/** What of a picture scores more than `level`: bilinear between the middles of cells. */
export function drawMask({ scores, window: framed }: Scored, canvas: Canvas, level: number): Drawn {
  const area = pixelsAround(canvas.window, canvas);
  const pixels = new Uint8Array(area.width * area.height);
  const { columns, rows } = samplesIn(area, canvas.grid, framed);
  for (let y = 0, out = 0; y < area.height; y++) {
    const [above, below, down] = [rows.cell[y]! * framed.width, rows.next[y]! * framed.width, rows.share[y]!];
    for (let x = 0; x < area.width; x++, out++) {
      const [here, next, along] = [columns.cell[x]!, columns.next[x]!, columns.share[x]!];
      const upper = scores[above + here]! * (1 - along) + scores[above + next]! * along;
      const lower = scores[below + here]! * (1 - along) + scores[below + next]! * along;
      pixels[out] = upper * (1 - down) + lower * down > level ? 1 : 0;
    }
  }
  return { pixels, area };
}

/** The pixels of a window of cells: half a cell beyond it a score may still be above the level. */
export function pixelsAround(window: CellWindow, { grid, width, height }: Canvas): Drawn["area"] {
  const left = clamp(Math.floor((window.x - 0.5 - grid.offsetX) / grid.scaleX), width);
  const right = clamp(Math.ceil((window.x + window.width + 0.5 - grid.offsetX) / grid.scaleX), width);
  const top = clamp(Math.floor((window.y - 0.5 - grid.offsetY) / grid.scaleY), height);
  const bottom = clamp(Math.ceil((window.y + window.height + 0.5 - grid.offsetY) / grid.scaleY), height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Between which cells of `framed` the middles of an area's pixels lie. */
export function samplesIn({ x: left, y: top, width, height }: Drawn["area"], grid: Grid, framed: CellWindow) {
  const across = (i: number) => (left + i + 0.5) * grid.scaleX + grid.offsetX - 0.5 - framed.x;
  const down = (i: number) => (top + i + 0.5) * grid.scaleY + grid.offsetY - 0.5 - framed.y;
  return {
    columns: samplesAlong(width, across, framed.width),
    rows: samplesAlong(height, down, framed.height),
  };
}

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}
