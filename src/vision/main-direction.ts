import { gaussian } from "./gaussian.ts";
import { evenLocalContrast } from "./local-contrast.ts";
import type { Raster } from "./raster.ts";
import { sobel } from "./sobel.ts";

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
  const { across, down } = sobel(gaussian(evenLocalContrast(raster, 3), 5, "mirror"), "mirror");
  const lengths = Float32Array.from(across, (slope, i) => Math.hypot(slope, down[i]!));
  const least = Math.max(quantileOf(lengths, 1 - STEEP), 1e-6);
  const steep: Slope[] = [];
  for (let i = 0; i < lengths.length; i++) {
    if (lengths[i]! < least) continue;
    const degrees = (Math.atan2(down[i]!, across[i]!) * 180) / Math.PI;
    steep.push({ direction: ((degrees % DEGREES) + DEGREES) % DEGREES, weight: lengths[i]! });
  }
  const peak = peakOf(steep);
  return peak === null ? null : meanAround(steep, peak);
}

interface Slope {
  direction: number;
  weight: number;
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
function peakOf(slopes: readonly Slope[]): number | null {
  const counts = new Float64Array(DEGREES);
  for (const { direction, weight } of slopes) counts[Math.min(DEGREES - 1, Math.floor(direction))]! += weight;
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
function meanAround(slopes: readonly Slope[], peak: number): number {
  let [sine, cosine] = [0, 0];
  for (const { direction, weight } of slopes) {
    const away = Math.abs(direction - peak);
    if (Math.min(away, DEGREES - away) > AROUND) continue;
    const doubled = (2 * direction * Math.PI) / 180;
    sine += weight * Math.sin(doubled);
    cosine += weight * Math.cos(doubled);
  }
  return sine === 0 && cosine === 0 ? peak : (Math.atan2(sine, cosine) * 90) / Math.PI;
}
