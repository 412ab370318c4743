import type { Raster } from "./raster.ts";

/** How often each value occurs, over all channels. */
export function histogramOf({ data, width, height, stride, channels }: Raster): Uint32Array {
  const counts = new Uint32Array(256);
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    for (let at = start; at < start + width * channels; at++) counts[data[at]!]!++;
  }
  return counts;
}
