import type { Raster } from "../raster.ts";
import { convolve } from "./convolve.ts";
import type { Edge } from "./edge.ts";

/** Blurs by a bell curve over an odd number of pixels, as wide as suits that number. */
export function gaussian<R extends Raster>(raster: R, size: number, edge: Edge): R {
  return convolve(raster, weightsOf(size), edge);
}

/** Small kernels are what binary fractions come nearest to; others are the curve itself. */
const SMALL: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  3: [1 / 4, 2 / 4, 1 / 4],
  5: [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16],
  7: [2 / 64, 7 / 64, 14 / 64, 18 / 64, 14 / 64, 7 / 64, 2 / 64],
};

function weightsOf(size: number): Float64Array {
  const small = SMALL[size];
  if (small !== undefined) return Float64Array.from(small);
  const middle = (size - 1) / 2;
  const sigma = 0.3 * (middle - 1) + 0.8;
  const curve = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - middle) ** 2) / (2 * sigma ** 2)));
  const sum = curve.reduce((total, weight) => total + weight, 0);
  return curve.map((weight) => weight / sum);
}
