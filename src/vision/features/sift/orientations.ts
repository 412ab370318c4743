import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Extremum } from "./extrema.ts";
import type { Plane } from "./plane.ts";

const BINS = 36;
/** Width of the bell curve, in scales, by which pixels count, and how many of those are looked at. */
const WIDTH = 1.5;
const REACH = 3 * WIDTH;
/** Share of the most frequent direction from which on another one counts. */
const PEAK = 0.8;

/** The directions in which brightness rises around a place, in degrees against the clock from the right. */
export function orientationsOf(plane: Plane, { column, row, scale }: Extremum): number[] {
  const counts = smooth(countsOf(plane, { column, row, scale }));
  const least = PEAK * Math.max(...counts);
  const found: number[] = [];
  for (let i = 0; i < BINS; i++) {
    const [before, here, after] = [counts[(i + BINS - 1) % BINS]!, counts[i]!, counts[(i + 1) % BINS]!];
    if (here <= before || here <= after || here < least) continue;
    const bin = i + (0.5 * (before - after)) / (before - 2 * here + after);
    found.push((((bin + BINS) % BINS) * 360) / BINS);
  }
  return found;
}

function countsOf(
  { values, width, height }: Plane,
  { column, row, scale }: { column: number; row: number; scale: number },
): Float64Array {
  const counts = new Float64Array(BINS);
  const reach = roundHalfEven(REACH * scale);
  const narrow = -1 / (2 * (WIDTH * scale) ** 2);
  for (let y = Math.max(1, row - reach); y <= Math.min(height - 2, row + reach); y++) {
    for (let x = Math.max(1, column - reach); x <= Math.min(width - 2, column + reach); x++) {
      const at = y * width + x;
      const [dx, dy] = [values[at + 1]! - values[at - 1]!, values[at - width]! - values[at + width]!];
      const weight = Math.exp(((x - column) ** 2 + (y - row) ** 2) * narrow);
      const degrees = (Math.atan2(dy, dx) * 180) / Math.PI;
      const bin = (roundHalfEven((degrees * BINS) / 360) + BINS) % BINS;
      counts[bin]! += weight * Math.sqrt(dx * dx + dy * dy);
    }
  }
  return counts;
}

function smooth(counts: Float64Array): Float64Array {
  return counts.map((count, i) => {
    const at = (step: number) => counts[(i + step + BINS) % BINS]!;
    return (at(-2) + at(2)) / 16 + (at(-1) + at(1)) / 4 + (count * 6) / 16;
  });
}
