import { repeatableRandom } from "../random.ts";
import type { Raster } from "../raster.ts";

interface Search {
  /** Groups that the colours are put into. */
  groups: number;
  /** Most rounds of making the groups better. */
  rounds: number;
  /** About how many pixels of the shorter side to look at. */
  side: number;
}

/** The mean colour of the largest of so many groups of alike colours (k-means), the same for the same picture. */
export function dominantColor(raster: Raster<3>, { groups, rounds, side }: Search): [number, number, number] {
  const colors = sampleOf(raster, Math.max(1, Math.floor(Math.min(raster.width, raster.height) / side)));
  let centres = startOf(colors, groups);
  let sums = assigned(colors, centres);
  for (let round = 0; round < rounds; round++) {
    const moved = centres.map((centre, i) => meanOf(sums[i]!) ?? centre);
    const isSettled = moved.every((centre, i) => centre.every((value, c) => value === centres[i]![c]));
    centres = moved;
    if (isSettled) break;
    sums = assigned(colors, centres);
  }
  const largest = sums.reduce((best, sum, i) => (sum[3]! > sums[best]![3]! ? i : best), 0);
  const [r, g, b] = meanOf(sums[largest]!) ?? centres[largest]!;
  return [Math.round(r), Math.round(g), Math.round(b)];
}

type Centre = readonly [red: number, green: number, blue: number];
/** Of red, green, blue, and how many. */
type Sum = [number, number, number, number];

/** Every so many pixels of every so many rows, packed. */
function sampleOf({ data, width, height, stride }: Raster<3>, step: number): Uint8Array {
  const sample = new Uint8Array(3 * Math.ceil(width / step) * Math.ceil(height / step));
  let to = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = y * stride + 3 * x;
      sample[to++] = data[at]!;
      sample[to++] = data[at + 1]!;
      sample[to++] = data[at + 2]!;
    }
  }
  return sample;
}

/** Colours of the picture, each the likelier the further it is from those before (k-means++; Arthur and Vassilvitskii, 2007). */
function startOf(colors: Uint8Array, groups: number): Centre[] {
  const random = repeatableRandom();
  const centres: Centre[] = [];
  const nearest = new Float64Array(colors.length / 3).fill(1);
  let pick = Math.floor(random() * nearest.length);
  for (;;) {
    const centre: Centre = [colors[3 * pick]!, colors[3 * pick + 1]!, colors[3 * pick + 2]!];
    centres.push(centre);
    let total = 0;
    for (let i = 0; i < nearest.length; i++) {
      const away = distance(colors, 3 * i, centre);
      if (centres.length === 1 || away < nearest[i]!) nearest[i] = away;
      total += nearest[i]!;
    }
    if (centres.length === groups || total === 0) return centres;
    let left = random() * total;
    pick = nearest.findIndex((away) => {
      left -= away;
      return away > 0 && left <= 0;
    });
    if (pick < 0) return centres;
  }
}

function assigned(colors: Uint8Array, centres: readonly Centre[]): Sum[] {
  const sums = centres.map((): Sum => [0, 0, 0, 0]);
  for (let at = 0; at < colors.length; at += 3) {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let i = 0; i < centres.length; i++) {
      const away = distance(colors, at, centres[i]!);
      if (away >= least) continue;
      best = i;
      least = away;
    }
    const sum = sums[best]!;
    for (let c = 0; c < 3; c++) sum[c]! += colors[at + c]!;
    sum[3]++;
  }
  return sums;
}

function distance(colors: Uint8Array, at: number, [r, g, b]: Centre): number {
  const [dr, dg, db] = [colors[at]! - r, colors[at + 1]! - g, colors[at + 2]! - b];
  return dr * dr + dg * dg + db * db;
}

function meanOf([r, g, b, count]: Sum): Centre | null {
  return count === 0 ? null : [r / count, g / count, b / count];
}
