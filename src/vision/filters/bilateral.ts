import { newRaster, type Raster } from "../raster.ts";
import { padded } from "./edge.ts";

interface Bilateral {
  /** Pixels around each one that count, in every direction. */
  reach: number;
  sigmaColor: number;
  sigmaSpace: number;
}

/** Blurs within areas and not across edges: a neighbour weighs less the further away it is, in place and in colour. */
export function bilateral<R extends Raster>(raster: R, options: Bilateral): R;
export function bilateral(raster: Raster, options: Bilateral): Raster {
  const { data, width, height, stride, channels } = raster;
  const blurred = newRaster(raster, channels);
  const { reach } = options;
  const padding = { before: reach, after: reach, edge: "mirror" } as const;
  const [columns, rows] = [padded(width, padding), padded(height, padding)];
  const around = neighboursOf(options);
  const likeness = likenessOf(options, channels);
  const sums = new Float64Array(channels);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * stride + x * channels;
      let total = 0;
      sums.fill(0);
      for (const { dx, dy, weight } of around) {
        const from = rows[y + dy]! * stride + columns[x + dx]! * channels;
        let difference = 0;
        for (let c = 0; c < channels; c++) difference += Math.abs(data[from + c]! - data[at + c]!);
        const share = weight * likeness[difference]!;
        total += share;
        for (let c = 0; c < channels; c++) sums[c]! += share * data[from + c]!;
      }
      for (let c = 0; c < channels; c++) blurred.data[to++] = sums[c]! / total + 0.5;
    }
  }
  return blurred;
}

/** Those within the disc, by their places in padded rows and columns. */
function neighboursOf({ reach, sigmaSpace }: Bilateral): { dx: number; dy: number; weight: number }[] {
  const found: { dx: number; dy: number; weight: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const squared = dx * dx + dy * dy;
      if (squared > reach * reach) continue;
      found.push({ dx: dx + reach, dy: dy + reach, weight: Math.exp(-squared / (2 * sigmaSpace ** 2)) });
    }
  }
  return found;
}

/** By the sum of the differences of all channels. */
function likenessOf({ sigmaColor }: Bilateral, channels: number): Float64Array {
  return Float64Array.from({ length: 255 * channels + 1 }, (_, sum) => Math.exp(-(sum ** 2) / (2 * sigmaColor ** 2)));
}
