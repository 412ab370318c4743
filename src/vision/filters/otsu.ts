import { histogramOf } from "../contrast/histogram.ts";
import type { Raster } from "../raster.ts";

/** The value that parts a picture into the two groups, up to it and above, whose means differ most for their sizes (Otsu, 1979). */
export function otsuOf(raster: Raster<1>): number {
  const histogram = histogramOf(raster);
  const count = raster.width * raster.height;
  const total = histogram.reduce((sum, many, value) => sum + value * many, 0);
  let [best, most] = [0, 0];
  let [below, sum] = [0, 0];
  for (const [value, many] of histogram.entries()) {
    below += many;
    sum += value * many;
    if (below === 0 || below === count) continue;
    const variance = (sum * count - total * below) ** 2 / (below * (count - below));
    if (variance > most) [best, most] = [value, variance];
  }
  return best;
}
