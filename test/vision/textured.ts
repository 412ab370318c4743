import { convolve } from "../../src/vision/filters/convolve.ts";
import { newRaster, type Raster, type Size } from "../../src/vision/raster.ts";

/** Discs and boxes of many sizes and greys, softened: a picture that has features. The same for the same size. */
export function textured({ width, height }: Size): Raster<1> {
  const raster = newRaster({ width, height }, 1);
  raster.data.fill(120);
  let state = 7;
  const random = (most: number) => {
    state = Math.imul(state, 1664525) + 1013904223;
    return Math.floor(((state >>> 8) / 2 ** 24) * most);
  };
  for (let i = 0; i < (width * height) / 120; i++) {
    const [x, y, side, value, isDisc] = [random(width), random(height), 3 + random(9), random(256), random(2) === 1];
    for (let dy = -side; dy <= side; dy++) {
      for (let dx = -side; dx <= side; dx++) {
        if (isDisc && dx * dx + dy * dy > side * side) continue;
        if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
        raster.data[(y + dy) * width + x + dx] = value;
      }
    }
  }
  return convolve(raster, Float64Array.of(0.25, 0.5, 0.25), "mirror");
}

/** A part of a picture, as one of its own. */
export function cut(raster: Raster<1>, { x, y, width, height }: Size & { x: number; y: number }): Raster<1> {
  const part = newRaster({ width, height }, 1);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * raster.stride + x;
    part.data.set(raster.data.subarray(start, start + width), row * width);
  }
  return part;
}
