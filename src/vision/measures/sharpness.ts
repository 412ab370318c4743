import { sobel } from "../filters/sobel.ts";
import { newRaster, type Raster, type Size } from "../raster.ts";

/** How sharp each pixel is, in rows without gaps. */
export interface Sharpness extends Size {
  values: Float64Array;
}

/** The square of the greater rise in brightness over two pixels to the right or down (Brenner, 1976). */
export function brenner({ data, width, height, stride }: Raster<1>): Sharpness {
  const values = new Float64Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to++) {
      const at = y * stride + x;
      const right = x + 2 < width ? data[at + 2]! - data[at]! : 0;
      const down = y + 2 < height ? data[at + 2 * stride]! - data[at]! : 0;
      values[to] = Math.max(right, down, 0) ** 2;
    }
  }
  return { values, width, height };
}

/** The squared length of the slope in brightness (Tenenbaum, 1970). */
export function tenengrad(raster: Raster<1>): Sharpness {
  const { across, down } = sobel(raster, "mirror");
  const { width, height } = raster;
  const values = new Float64Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = across[i]! * across[i]! + down[i]! * down[i]!;
  return { values, width, height };
}

/** Mean over whole columns and rows, the last of each not included; 0 where there are none. */
export function meanWithin({ values, width, height }: Sharpness, [x1, y1, x2, y2]: Bounds): number {
  const [left, top, right, bottom] = [Math.max(0, x1), Math.max(0, y1), Math.min(width, x2), Math.min(height, y2)];
  if (right <= left || bottom <= top) return 0;
  let sum = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += values[y * width + x]!;
  return sum / ((right - left) * (bottom - top));
}

type Bounds = readonly [x1: number, y1: number, x2: number, y2: number];

export function greatest({ values }: Sharpness): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** As a picture in which the sharpest pixel is white. */
export function sharpnessPicture(sharpness: Sharpness): Raster<1> {
  const picture = newRaster(sharpness, 1);
  const most = greatest(sharpness);
  if (most > 0) for (let i = 0; i < picture.data.length; i++) picture.data[i] = (sharpness.values[i]! / most) * 255;
  return picture;
}
