import { evenLocalContrast } from "../contrast/local-contrast.ts";
import { gaussian } from "../filters/gaussian.ts";
import { type Slopes, sobel, steepness } from "../filters/sobel.ts";
import type { Raster } from "../raster.ts";

/** Contrast of a picture, as the deviation of its values, below which it shows no direction. */
const FLAT = 3;
/** The share of pixels with the steepest slopes, which count. */
const STEEP = 0.2;
/** Deviations that the most frequent direction must be above the middle one. */
const DISTINCT = 1.5;
/** Degrees around the most frequent direction of which the mean is taken. */
const AROUND = 3;
const DEGREES = 180;

/**
 * The direction in which brightness changes most, in degrees from the right downwards, above -90 and up to 90: 0 where upright lines
 * are most frequent. Null where no direction stands out.
 */
export function mainDirection(raster: Raster<1>): number | null {
  if (deviationOf(raster) < FLAT) return null;
  const slopes = sobel(gaussian(evenLocalContrast(raster, 3), 5, "mirror"), "mirror");
  const steep = steepest(slopes);
  const peak = peakOf(steep);
  return peak === null ? null : meanAround(steep, peak);
}

/** Directions, 0 to below 180 degrees, and how steep it is there. */
interface Steep {
  directions: Float64Array;
  weights: Float64Array;
}

function steepest(slopes: Slopes): Steep {
  // In single precision, in which equal ones stay equal to their quantile.
  const lengths = new Float32Array(steepness(slopes));
  const least = Math.max(quantileOf(lengths, 1 - STEEP), 1e-6);
  const [directions, weights] = [new Float64Array(lengths.length), new Float64Array(lengths.length)];
  let count = 0;
  for (let i = 0; i < lengths.length; i++) {
    if (lengths[i]! < least) continue;
    const degrees = (Math.atan2(slopes.down[i]!, slopes.across[i]!) * 180) / Math.PI;
    directions[count] = ((degrees % DEGREES) + DEGREES) % DEGREES;
    weights[count++] = lengths[i]!;
  }
  return { directions: directions.subarray(0, count), weights: weights.subarray(0, count) };
}

function deviationOf({ data, width, height, stride }: Raster<1>): number {
  let [sum, squares] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + width; at++) {
      sum += data[at]!;
      squares += data[at]! * data[at]!;
    }
  }
  const count = width * height;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

function quantileOf(values: Float32Array, share: number): number {
  const sorted = values.slice().sort();
  const place = share * (sorted.length - 1);
  const [lower, upper] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return lower + (upper - lower) * (place - Math.floor(place));
}

/** The most frequent direction, null when it is not distinct. */
function peakOf({ directions, weights }: Steep): number | null {
  const counts = new Float64Array(DEGREES);
  for (let i = 0; i < weights.length; i++) counts[Math.min(DEGREES - 1, Math.floor(directions[i]!))]! += weights[i]!;
  const smooth = counts.map((_, i) => {
    return [-2, -1, 0, 1, 2].reduce((sum, step) => sum + counts[(i + step + DEGREES) % DEGREES]! / 5, 0);
  });
  const most = Math.max(...smooth);
  const mean = smooth.reduce((sum, count) => sum + count, 0) / DEGREES;
  const deviation = Math.sqrt(smooth.reduce((sum, count) => sum + (count - mean) ** 2, 0) / DEGREES);
  const sorted = smooth.slice().sort();
  const middle = (sorted[DEGREES / 2 - 1]! + sorted[DEGREES / 2]!) / 2;
  return (most - middle) / (deviation + 1e-9) < DISTINCT ? null : smooth.indexOf(most) + 0.5;
}

/** Of directions near to one, where 0 and 180 degrees are the same. */
function meanAround({ directions, weights }: Steep, peak: number): number {
  let [sine, cosine] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const away = Math.abs(directions[i]! - peak);
    if (Math.min(away, DEGREES - away) > AROUND) continue;
    const doubled = (2 * directions[i]! * Math.PI) / 180;
    sine += weights[i]! * Math.sin(doubled);
    cosine += weights[i]! * Math.cos(doubled);
  }
  return sine === 0 && cosine === 0 ? peak : (Math.atan2(sine, cosine) * 90) / Math.PI;
}
