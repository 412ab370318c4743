import type { Raster } from "../raster.ts";
import { type Edge, padded } from "./edge.ts";

/** How fast brightness changes to the right and down at each pixel, in rows without gaps. */
export interface Slopes {
  across: Int16Array;
  down: Int16Array;
}

/** Slopes by weights of 1, 2, 1 over three rows or columns (Sobel). */
export function sobel({ data, width, height, stride }: Raster<1>, edge: Edge): Slopes {
  const [across, down] = [new Int16Array(width * height), new Int16Array(width * height)];
  const padding = { before: 1, after: 1, edge };
  const [columns, rows] = [padded(width, padding), padded(height, padding)];
  for (let y = 0, at = 0; y < height; y++) {
    const [above, here, below] = [rows[y]! * stride, rows[y + 1]! * stride, rows[y + 2]! * stride];
    for (let x = 0; x < width; x++, at++) {
      const [left, middle, right] = [columns[x]!, columns[x + 1]!, columns[x + 2]!];
      const [a, c, g, i] = [data[above + left]!, data[above + right]!, data[below + left]!, data[below + right]!];
      across[at] = c - a + 2 * (data[here + right]! - data[here + left]!) + i - g;
      down[at] = g - a + 2 * (data[below + middle]! - data[above + middle]!) + i - c;
    }
  }
  return { across, down };
}

/** How steep each pixel is, whatever the direction. */
export function steepness({ across, down }: Slopes): Float64Array {
  const lengths = new Float64Array(across.length);
  // Not `Math.hypot`, which guards against sizes that do not occur here and takes ten times as long.
  for (let i = 0; i < lengths.length; i++) lengths[i] = Math.sqrt(across[i]! * across[i]! + down[i]! * down[i]!);
  return lengths;
}
