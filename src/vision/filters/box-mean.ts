import { newRaster, type Raster } from "../raster.ts";
import { type Edge, padded } from "./edge.ts";

/**
 * The mean of the square of `size` around each pixel; an even square reaches one pixel further up and left. Rounded as OpenCV does: halves
 * up in small squares, and what is a little less in those of a power of two; to the even in large ones.
 */
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
  const isSmall = area <= LARGEST_SMALL;
  const more = (area >> 1) + (isSmall && area > 1 && (area & (area - 1)) === 0 ? 1 : 0);
  const isToEven = !isSmall && size % 2 === 0;
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
      let sum = more;
      for (let i = 0; i < size - 1; i++) sum += sums[columns[i]! * channels + channel]!;
      for (let x = 0, to = y * row + channel; x < width; x++, to += channels) {
        sum += sums[columns[x + size - 1]! * channels + channel]!;
        const mean = sum / area;
        means.data[to] = isToEven && mean % 2 === 1 ? mean - 1 : mean;
        sum -= sums[columns[x]! * channels + channel]!;
      }
    }
    add(rows[y]!, -1);
  }
  return means;
}

/** Whose sums fit into 16 bits. */
const LARGEST_SMALL = 256;
