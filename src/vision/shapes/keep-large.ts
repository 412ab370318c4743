import { newRaster, type Raster } from "../raster.ts";
import { areaWithin, contoursOf } from "./contours.ts";

/** Of groups of pixels that touch, also by corners, those whose outline goes round at least an area. */
export function keepLarge(raster: Raster<1>, area: number): Raster<1> {
  const kept = newRaster(raster, 1);
  for (const { points, isHole } of contoursOf(raster)) {
    if (!isHole && areaWithin(points) >= area) copyGroup(raster, kept, points[0]!);
  }
  return kept;
}

function copyGroup(from: Raster<1>, to: Raster<1>, start: readonly [x: number, y: number]): void {
  const open = [start[1] * to.width + start[0]];
  to.data[open[0]!] = 255;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % to.width, Math.floor(at / to.width)];
    for (let row = Math.max(0, y - 1); row <= Math.min(to.height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(to.width - 1, x + 1); column++) {
        const place = row * to.width + column;
        if (to.data[place] !== 0 || from.data[row * from.stride + column] === 0) continue;
        to.data[place] = 255;
        open.push(place);
      }
    }
  }
}
