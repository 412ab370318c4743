import type { Raster } from "../raster.ts";

/** How many pixels differ from a colour by at most `tolerance` in every channel. */
export function countColor({ data, width, height, stride }: Raster<3>, color: Rgb, tolerance: number): number {
  const [r, g, b] = color;
  let count = 0;
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    for (let at = start; at < start + width * 3; at += 3) {
      if (Math.abs(data[at]! - r) > tolerance) continue;
      if (Math.abs(data[at + 1]! - g) <= tolerance && Math.abs(data[at + 2]! - b) <= tolerance) count++;
    }
  }
  return count;
}

export type Rgb = readonly [red: number, green: number, blue: number];
