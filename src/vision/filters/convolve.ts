import { newRaster, type Raster } from "../raster.ts";
import { type Edge, padded } from "./edge.ts";

/** Weighs the pixels around each one by a row of weights across and the same down, and rounds; the weights are an odd number and mirror themselves. */
export function convolve<R extends Raster>(raster: R, weights: Float64Array, edge: Edge): R;
export function convolve(raster: Raster, weights: Float64Array, edge: Edge): Raster {
  const { width, height, channels } = raster;
  const result = newRaster(raster, channels);
  const row = width * channels;
  const reach = weights.length >> 1;
  const rows = padded(height, { before: reach, after: reach, edge });
  const across = crosswise(raster, weights, edge);
  // The sums across of the rows around the current one, in the order of a ring.
  const ring = Array.from(weights, () => new Float64Array(row));
  const lineOf = (place: number) => ring[place % ring.length]!;
  for (let place = 0; place < 2 * reach; place++) across(rows[place]!, lineOf(place));
  const sums = new Float64Array(row);
  for (let y = 0; y < height; y++) {
    const last = y + 2 * reach;
    across(rows[last]!, lineOf(last));
    setWeighted(sums, lineOf(y + reach), weights[reach]!);
    for (let i = 0; i < reach; i++) addPair(sums, lineOf(y + i), lineOf(last - i), weights[i]!);
    for (let i = 0, to = y * row; i < row; i++, to++) result.data[to] = sums[i]! + 0.5;
  }
  return result;
}

/** Puts the sums across of a row of the raster into a line. */
function crosswise({ data, width, stride, channels }: Raster, weights: Float64Array, edge: Edge) {
  const reach = weights.length >> 1;
  const columns = padded(width, { before: reach, after: reach, edge });
  const values = new Float64Array(columns.length * channels);
  const shifted = Array.from(weights, (_, i) => values.subarray(i * channels));
  return (y: number, line: Float64Array) => {
    for (let i = 0, to = 0; i < columns.length; i++) {
      const from = y * stride + columns[i]! * channels;
      for (let channel = 0; channel < channels; channel++) values[to++] = data[from + channel]!;
    }
    setWeighted(line, shifted[reach]!, weights[reach]!);
    for (let i = 0; i < reach; i++) addPair(line, shifted[i]!, shifted[2 * reach - i]!, weights[i]!);
  };
}

function setWeighted(sums: Float64Array, values: Float64Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = weight * values[i]!;
}

function addPair(sums: Float64Array, first: Float64Array, second: Float64Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += weight * (first[i]! + second[i]!);
}
