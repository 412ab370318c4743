import { newRaster, type Raster } from "../raster.ts";

/** Replaces each value of each channel by what a table of 256 entries has for it; one table for all channels, or one for each. */
export function mapValues<R extends Raster>(raster: R, table: Uint8Array | readonly Uint8Array[]): R;
export function mapValues(raster: Raster, table: Uint8Array | readonly Uint8Array[]): Raster {
  const { data, stride, channels, ...size } = raster;
  const mapped = newRaster(size, channels);
  const tables = table instanceof Uint8Array ? [table] : table;
  const step = tables.length;
  for (let y = 0; y < size.height; y++) {
    const to = mapped.data.subarray(y * mapped.stride, (y + 1) * mapped.stride);
    for (const [first, values] of tables.entries()) {
      for (let i = first, at = y * stride + first; i < to.length; i += step, at += step) to[i] = values[data[at]!]!;
    }
  }
  return mapped;
}

/** A table for `mapValues`: what is not 0 to 255 is the nearest of these. */
export function tableOf(outcome: (value: number) => number): Uint8Array {
  return Uint8Array.from(Uint8ClampedArray.from({ length: 256 }, (_, value) => outcome(value)));
}

/** The same where fractions are cut off. */
export function cutTableOf(outcome: (value: number) => number): Uint8Array {
  return tableOf((value) => Math.trunc(outcome(value)));
}
