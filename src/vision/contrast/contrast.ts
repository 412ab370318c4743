import type { Raster } from "../raster.ts";
import { channelHistograms, histogramOf, quantileOf } from "./histogram.ts";
import { cutTableOf, mapValues } from "./map-values.ts";

interface Enhancement {
  /** Share of the values, 0 to 0.5, that become all dark, and as many all bright. */
  clip: number;
  /** How much further from the middle grey values go. */
  multiplier: number;
  /** Brightens the middle greys. */
  brighten: boolean;
}

/** Stretches each channel over all values; one that has a single value stays. */
export function enhanceContrast<R extends Raster>(raster: R, { clip, multiplier, brighten }: Enhancement): R {
  const tables = channelHistograms(raster).map((counts) => {
    const [low, high] = [quantileOf(counts, clip), quantileOf(counts, 1 - clip)];
    return cutTableOf((value) => {
      if (high <= low) return value;
      // What lies beyond the ends may come back between them.
      const stretched = ((value - low) / (high - low)) * 255;
      const spread = clamped(multiplier === 1 ? stretched : 128 + (stretched - 128) * multiplier);
      return brighten ? 255 * (spread / 255) ** (1 / GAMMA) : spread;
    });
  });
  return mapValues(raster, tables);
}

const GAMMA = 1.3;

/** Stretches what lies between the 2nd and the 98th of 100 values, of all channels together, over all values. */
export function stretchContrast<R extends Raster>(raster: R): R {
  const counts = histogramOf(raster);
  const [low, high] = [quantileOf(counts, 0.02), quantileOf(counts, 0.98)];
  if (high === low)
    return mapValues(
      raster,
      cutTableOf((value) => value),
    );
  return mapValues(
    raster,
    cutTableOf((value) => clamped(((value - low) / (high - low)) * 255)),
  );
}

/** Gives each value the share of values up to it, of all channels together, so that all are about as frequent. */
export function equalizeHistogram<R extends Raster>(raster: R): R {
  const counts = histogramOf(raster);
  const [low, high] = [quantileOf(counts, 0), quantileOf(counts, 1)];
  if (low === high)
    return mapValues(
      raster,
      cutTableOf(() => FLAT),
    );
  // As in the reference: of 256 bins from the darkest to the brightest value, and straight between the middles of these.
  const width = (high - low) / BINS;
  const shares = sharesOf(counts, (value) => Math.min(BINS - 1, Math.floor((value - low) / width)));
  return mapValues(
    raster,
    cutTableOf((value) => {
      const place = clamped((value - low) / width - 0.5);
      const [before, after] = [shares[Math.floor(place)]!, shares[Math.ceil(place)]!];
      return 255 * (before + (after - before) * (place - Math.floor(place)));
    }),
  );
}

const BINS = 256;
/** What the reference makes of a picture of one value. */
const FLAT = 127;

function sharesOf(counts: Uint32Array, binOf: (value: number) => number): Float64Array {
  const shares = new Float64Array(BINS);
  const total = counts.reduce((sum, count) => sum + count, 0);
  for (const [value, count] of counts.entries()) if (count > 0) shares[binOf(value)]! += count;
  let below = 0;
  return shares.map((count) => {
    below += count;
    return below / total;
  });
}

function clamped(value: number): number {
  return Math.min(255, Math.max(0, value));
}
