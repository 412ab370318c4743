import { roundHalfEven } from "../base/round-half-even.ts";
import type { Raster } from "../vision/raster.ts";
import { resizeLinear } from "./resize-linear.ts";

/** Makes squares of about `size` pixels of one colour each; what is smaller than one gets its mean. Writes in place. */
export function pixelate(raster: Raster<3>, size: number): void {
  const { width, height } = raster;
  if (Math.min(width, height) < size) {
    fill(raster, meanOf(raster));
    return;
  }
  const coarse = { width: roundHalfEven(width / size), height: roundHalfEven(height / size) };
  enlarge(resizeLinear(raster, coarse, [size, size]), raster);
}

function meanOf({ data, width, height, stride }: Raster<3>): readonly [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + 3 * width; at += 3) {
      sums[0] += data[at]!;
      sums[1] += data[at + 1]!;
      sums[2] += data[at + 2]!;
    }
  }
  const count = width * height;
  return [sums[0] / count, sums[1] / count, sums[2] / count];
}

function fill({ data, width, height, stride }: Raster<3>, color: readonly [number, number, number]): void {
  for (let y = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + 3 * width; at += 3) data.set(color, at);
  }
}

/** Repeats each pixel. */
function enlarge(coarse: Raster<3>, { data, width, height, stride }: Raster<3>): void {
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * coarse.height) / height) * coarse.stride;
    for (let x = 0, to = y * stride; x < width; x++, to += 3) {
      const from = row + Math.floor((x * coarse.width) / width) * 3;
      data[to] = coarse.data[from]!;
      data[to + 1] = coarse.data[from + 1]!;
      data[to + 2] = coarse.data[from + 2]!;
    }
  }
}
