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
interface Canvas {
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
export function drawMask(
  { scores, window: framed }: Scored,
  { window, grid, width, height }: Canvas,
  level: number,
): Drawn {
  // Half a cell beyond the window a score may still be above the level.
  const left = clamp(Math.floor((window.x - 0.5 - grid.offsetX) / grid.scaleX), width);
  const right = clamp(Math.ceil((window.x + window.width + 0.5 - grid.offsetX) / grid.scaleX), width);
  const top = clamp(Math.floor((window.y - 0.5 - grid.offsetY) / grid.scaleY), height);
  const bottom = clamp(Math.ceil((window.y + window.height + 0.5 - grid.offsetY) / grid.scaleY), height);
  const area = { x: left, y: top, width: right - left, height: bottom - top };
  const pixels = new Uint8Array(area.width * area.height);
  const columns = samplesAlong(
    area.width,
    (i) => (left + i + 0.5) * grid.scaleX + grid.offsetX - 0.5 - framed.x,
    framed.width,
  );
  const rows = samplesAlong(
    area.height,
    (i) => (top + i + 0.5) * grid.scaleY + grid.offsetY - 0.5 - framed.y,
    framed.height,
  );
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

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}
