import type { Raster } from "../raster.ts";

export interface PixelPoint {
  x: number;
  y: number;
}

/** A rectangle: left, top, right, bottom. */
type Area = readonly [number, number, number, number];

/**
 * The best corner of each square cell of the picture (Shi, Tomasi 1994), cells without one and corners within the areas left out.
 */
export function cornerPoints(picture: Raster<1>, cell: number, areas: readonly Area[] = []): PixelPoint[] {
  const found: PixelPoint[] = [];
  for (let top = MARGIN; top + MARGIN < picture.height; top += cell) {
    for (let left = MARGIN; left + MARGIN < picture.width; left += cell) {
      const best = bestIn(picture, [left, top, left + cell, top + cell], areas);
      if (best !== null) found.push(best);
    }
  }
  return found;
}

/** Pixels of the window around a corner, to either side, and of the difference. */
const REACH = 2;
const MARGIN = REACH + 1;
/** Least eigenvalue of a corner: squared steps of brightness summed over the window. */
const LEAST_CORNER = 400;

function bestIn(picture: Raster<1>, [left, top, right, bottom]: Area, areas: readonly Area[]): PixelPoint | null {
  let best: PixelPoint | null = null;
  let most = LEAST_CORNER;
  // Every second pixel is enough: a corner is wider.
  for (let y = top; y < Math.min(bottom, picture.height - MARGIN); y += 2) {
    for (let x = left; x < Math.min(right, picture.width - MARGIN); x += 2) {
      if (areas.some((area) => x >= area[0] && x <= area[2] && y >= area[1] && y <= area[3])) continue;
      const corner = cornerness(picture, x, y);
      if (corner <= most) continue;
      most = corner;
      best = { x, y };
    }
  }
  return best;
}

/** The lesser eigenvalue of the sums of squared differences around the pixel. */
function cornerness({ data, stride }: Raster<1>, x: number, y: number): number {
  let [xx, xy, yy] = [0, 0, 0];
  for (let row = y - REACH; row <= y + REACH; row++) {
    const start = row * stride + x;
    for (let at = start - REACH; at <= start + REACH; at++) {
      const dx = (data[at + 1]! - data[at - 1]!) / 2;
      const dy = (data[at + stride]! - data[at - stride]!) / 2;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
  }
  return (xx + yy - Math.hypot(xx - yy, 2 * xy)) / 2;
}
