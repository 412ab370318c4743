import { newRaster, type Raster } from "./raster.ts";

/** Replaces each value of each channel by what a table of 256 entries has for it. */
export function mapValues<R extends Raster>(raster: R, table: Uint8Array): R;
export function mapValues({ data, stride, channels, ...size }: Raster, table: Uint8Array): Raster {
  const mapped = newRaster(size, channels);
  for (let y = 0; y < size.height; y++) {
    const to = mapped.data.subarray(y * mapped.stride, (y + 1) * mapped.stride);
    for (let i = 0, at = y * stride; i < to.length; i++, at++) to[i] = table[data[at]!]!;
  }
  return mapped;
}

/** A table for `mapValues`: what is not 0 to 255 is the nearest of these. */
export function tableOf(outcome: (value: number) => number): Uint8Array {
  return Uint8Array.from(Uint8ClampedArray.from({ length: 256 }, (_, value) => outcome(value)));
}
