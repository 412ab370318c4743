import { padded } from "../filters/edge.ts";
import { dilate, erode } from "../filters/morphology.ts";
import { sobel, steepness } from "../filters/sobel.ts";
import { thin } from "../filters/thin.ts";
import { newRaster, type Raster } from "../raster.ts";

interface EdgeSearch {
  /** Deviations above the mean of its surroundings from which on a slope is an edge. */
  sigma: number;
  /** Pixels on a side of the surroundings, an odd number. */
  window: number;
  /** Gaps of up to twice so many pixels are closed; 0 for none. */
  bridging: number;
}

export interface EdgeMap {
  /** 255 on edges. */
  edges: Raster<1>;
  /** How steep each pixel is, in rows without gaps. */
  slopes: Float64Array;
}

/** Where brightness changes more than around it. */
export function edgeMap(raster: Raster<1>, { sigma, window, bridging }: EdgeSearch): EdgeMap {
  const size = { width: raster.width, height: raster.height };
  const slopes = steepness(sobel(raster, "mirror"));
  // In steps of 1/256, so that running sums of these and of their squares are exact and come back to 0.
  for (let i = 0; i < slopes.length; i++) slopes[i] = Math.round(256 * slopes[i]!) / 256;
  const means = meansOf(slopes, size, window);
  const squares = meansOf(slopes.map((slope) => slope * slope), size, window); // biome-ignore format: one step
  const edges = newRaster(size, 1);
  for (let i = 0; i < slopes.length; i++) {
    const deviation = Math.sqrt(Math.max(0, squares[i]! - means[i]! * means[i]!));
    if (slopes[i]! > means[i]! + sigma * deviation) edges.data[i] = 255;
  }
  if (bridging === 0) return { edges, slopes };
  const reach = 2 * bridging + 1;
  return { edges: thin(erode(dilate(edges, reach), reach)), slopes };
}

/** The mean of the square around each value, mirrored at the edges. */
function meansOf(values: Float64Array, { width, height }: { width: number; height: number }, size: number) {
  const reach = size >> 1;
  const padding = { before: reach, after: reach, edge: "mirror" } as const;
  const [columns, rows] = [padded(width, padding), padded(height, padding)];
  const means = new Float64Array(values.length);
  const sums = new Float64Array(width);
  const add = (row: number, sign: 1 | -1) => {
    for (let x = 0, at = row * width; x < width; x++, at++) sums[x]! += sign * values[at]!;
  };
  for (let i = 0; i < size - 1; i++) add(rows[i]!, 1);
  for (let y = 0, to = 0; y < height; y++) {
    add(rows[y + size - 1]!, 1);
    let sum = 0;
    for (let i = 0; i < size - 1; i++) sum += sums[columns[i]!]!;
    for (let x = 0; x < width; x++) {
      sum += sums[columns[x + size - 1]!]!;
      means[to++] = sum / (size * size);
      sum -= sums[columns[x]!]!;
    }
    add(rows[y]!, -1);
  }
  return means;
}
