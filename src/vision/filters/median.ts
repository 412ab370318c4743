import { newRaster, type Raster } from "../raster.ts";
import { padded } from "./edge.ts";

/** The middle one of the values in the square of an odd `size` around each pixel; edge pixels repeat. */
export function median<R extends Raster>(raster: R, size: number): R;
export function median(raster: Raster, size: number): Raster {
  const { width, height, channels } = raster;
  const medians = newRaster(raster, channels);
  const reach = size >> 1;
  const padding = { before: reach, after: reach, edge: "repeat" } as const;
  const [columns, rows] = [padded(width, padding), padded(height, padding)];
  for (let channel = 0; channel < channels; channel++) {
    const offsets = columns.map((x) => x * channels + channel);
    for (let y = 0; y < height; y++) {
      const starts = rows.subarray(y, y + size).map((row) => row * raster.stride);
      medianRow(raster.data, { offsets, starts, to: medians.data.subarray(y * width * channels + channel), channels });
    }
  }
  return medians;
}

interface Row {
  /** Of the columns of the padded row, and of the rows of the square. */
  offsets: Int32Array;
  starts: Int32Array;
  to: Uint8Array;
  channels: number;
}

/** Keeps a histogram of the square while it moves, and from one pixel to the next corrects the median (Huang, 1979). */
function medianRow(data: Uint8Array, { offsets, starts, to, channels }: Row): void {
  const size = starts.length;
  const half = (size * size) >> 1;
  const counts = new Int32Array(256);
  for (let i = 0; i < size - 1; i++) for (const start of starts) counts[data[start + offsets[i]!]!]!++;
  // The median, and how many values of the square are less than it.
  let [value, below] = [0, 0];
  for (let x = 0; x + size <= offsets.length; x++) {
    const [leaving, entering] = [offsets[x]!, offsets[x + size - 1]!];
    for (let i = 0; i < size; i++) {
      const found = data[starts[i]! + entering]!;
      counts[found]!++;
      if (found < value) below++;
    }
    while (below > half) below -= counts[--value]!;
    while (below + counts[value]! <= half) below += counts[value++]!;
    to[x * channels] = value;
    for (let i = 0; i < size; i++) {
      const found = data[starts[i]! + leaving]!;
      counts[found]!--;
      if (found < value) below--;
    }
  }
}
