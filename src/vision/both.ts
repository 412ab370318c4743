import { newRaster, type Raster } from "./raster.ts";

/** 255 where neither of two pictures of a size is 0. */
export function both(first: Raster<1>, second: Raster<1>): Raster<1> {
  const { width, height } = first;
  const result = newRaster(first, 1);
  for (let y = 0, to = 0; y < height; y++) {
    let [a, b] = [y * first.stride, y * second.stride];
    for (const end = a + width; a < end; a++, b++)
      result.data[to++] = first.data[a] !== 0 && second.data[b] !== 0 ? 255 : 0;
  }
  return result;
}
