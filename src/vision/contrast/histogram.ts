import type { Raster } from "../raster.ts";

/** How often each value occurs, over all channels. */
export function histogramOf({ data, width, height, stride, channels }: Raster): Uint32Array {
  const counts = new Uint32Array(256);
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    for (let at = start; at < start + width * channels; at++) counts[data[at]!]!++;
  }
  return counts;
}

/** The same for each channel by itself. */
export function channelHistograms({ data, width, height, stride, channels }: Raster): Uint32Array[] {
  return Array.from({ length: channels }, (_, channel) => {
    const counts = new Uint32Array(256);
    for (let y = 0; y < height; y++) {
      const start = y * stride;
      for (let at = start + channel; at < start + width * channels; at += channels) counts[data[at]!]!++;
    }
    return counts;
  });
}

/** The value that a share of 0 to 1 of all lies below, straight between neighbours in order. */
export function quantileOf(counts: Uint32Array, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const place = share * (total - 1);
  const [lower, upper] = [Math.floor(place), Math.ceil(place)].map((rank) => valueAt(counts, rank));
  return lower! + (upper! - lower!) * (place - Math.floor(place));
}

function valueAt(counts: Uint32Array, rank: number): number {
  let below = 0;
  for (const [value, count] of counts.entries()) {
    below += count;
    if (below > rank) return value;
  }
  return 255;
}
