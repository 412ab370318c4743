import { type Edge, padded } from "./edge.ts";
import { newRaster, type Raster } from "./raster.ts";

/** Weighs the pixels around each one by a row of weights across and the same down, of an odd number; rounds the sums. */
export function convolve<R extends Raster>(raster: R, weights: Float64Array, edge: Edge): R;
export function convolve(raster: Raster, weights: Float64Array, edge: Edge): Raster {
  const { width, height, channels } = raster;
  const result = newRaster(raster, channels);
  const reach = weights.length >> 1;
  const padding = { before: reach, after: reach, edge };
  const across = acrossOf(raster, weights, padded(width, padding));
  const rows = padded(height, padding);
  const row = width * channels;
  const sums = new Float32Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(0.5);
    for (let tap = 0; tap < weights.length; tap++) {
      addWeighted(sums, across, { start: rows[y + tap]! * row, weight: weights[tap]! });
    }
    for (let i = 0, to = y * row; i < row; i++, to++) result.data[to] = sums[i]!;
  }
  return result;
}

/** The sums across, row after row. */
function acrossOf({ data, width, height, stride, channels }: Raster, weights: Float64Array, columns: Int32Array) {
  const row = width * channels;
  const sums = new Float32Array(row * height);
  const line = new Float32Array(columns.length * channels);
  for (let y = 0; y < height; y++) {
    const from = y * stride;
    for (let i = 0, to = 0; i < columns.length; i++) {
      const at = from + columns[i]! * channels;
      for (let channel = 0; channel < channels; channel++) line[to++] = data[at + channel]!;
    }
    const target = sums.subarray(y * row, (y + 1) * row);
    for (let tap = 0; tap < weights.length; tap++) {
      addWeighted(target, line, { start: tap * channels, weight: weights[tap]! });
    }
  }
  return sums;
}

function addWeighted(sums: Float32Array, values: Float32Array, { start, weight }: { start: number; weight: number }) {
  for (let i = 0, at = start; i < sums.length; i++, at++) sums[i]! += weight * values[at]!;
}
