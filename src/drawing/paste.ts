import type { Raster } from "../vision/raster.ts";
import type { Canvas } from "./canvas.ts";

/** Puts a picture over another one, its upper left corner at a place; what lies outside is left out. */
export function pasteRaster(
  { rgb, width, height }: Canvas,
  [x, y]: readonly [number, number],
  raster: Raster<3>,
): void {
  const [left, right] = [Math.max(0, x), Math.min(width, x + raster.width)];
  if (left >= right) return;
  for (let row = Math.max(0, y); row < Math.min(height, y + raster.height); row++) {
    const from = (row - y) * raster.stride + (left - x) * 3;
    rgb.set(raster.data.subarray(from, from + (right - left) * 3), (row * width + left) * 3);
  }
}

/** The same for a picture that is not opaque everywhere; fractions are cut off. */
export function pasteTransparent(
  canvas: Canvas,
  [x, y]: readonly [number, number],
  raster: Raster<3>,
  alpha: Raster<1>,
): void {
  const { rgb, width, height } = canvas;
  for (let row = Math.max(0, y); row < Math.min(height, y + raster.height); row++) {
    for (let column = Math.max(0, x); column < Math.min(width, x + raster.width); column++) {
      const share = alpha.data[(row - y) * alpha.stride + column - x]! / 255;
      const from = (row - y) * raster.stride + (column - x) * 3;
      const to = (row * width + column) * 3;
      for (let c = 0; c < 3; c++) rgb[to + c] = rgb[to + c]! * (1 - share) + raster.data[from + c]! * share;
    }
  }
}
