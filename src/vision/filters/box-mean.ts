import { newRaster, type Raster } from "../raster.ts";
import { type Edge, padded } from "./edge.ts";

/** The mean of the square of `size` around each pixel, rounded; an even square reaches one pixel further up and left. */
export function boxMean<R extends Raster>(raster: R, size: number, edge: Edge): R;
export function boxMean(raster: Raster, size: number, edge: Edge): Raster {
  const { data, width, height, stride, channels } = raster;
  const means = newRaster(raster, channels);
  const before = size >> 1;
  const padding = { before, after: size - 1 - before, edge };
  const columns = padded(width, padding);
  const rows = padded(height, padding);
  const row = width * channels;
  const area = size * size;
  // Of each column the sum of the rows around the current one; the next row adds one and takes one away.
  const sums = new Int32Array(row);
  const add = (y: number, sign: 1 | -1) => {
    const start = y * stride;
    for (let i = 0; i < row; i++) sums[i]! += sign * data[start + i]!;
  };
  for (let i = 0; i < size - 1; i++) add(rows[i]!, 1);
  for (let y = 0; y < height; y++) {
    add(rows[y + size - 1]!, 1);
    for (let channel = 0; channel < channels; channel++) {
      let sum = area >> 1;
      for (let i = 0; i < size - 1; i++) sum += sums[columns[i]! * channels + channel]!;
      for (let x = 0, to = y * row + channel; x < width; x++, to += channels) {
        sum += sums[columns[x + size - 1]! * channels + channel]!;
        means.data[to] = sum / area;
        sum -= sums[columns[x]! * channels + channel]!;
      }
    }
    add(rows[y]!, -1);
  }
  return means;
}
