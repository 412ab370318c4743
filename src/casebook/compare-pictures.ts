import { z } from "zod";
import type { Picture } from "./picture.ts";

const RECTANGLE = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** How near a picture has to be. */
export const PICTURE_RULE = z.looseObject({
  mode: z.enum(["exact", "close", "size"]),
  /** A pixel differs when a channel does by more than this. */
  over: z.number().default(0),
  max_share: z.number().default(0),
  max_mean_abs: z.number().default(0),
  /** Greatest difference of a channel. */
  max: z.number().optional(),
  size_within: z.number().default(0),
  skip: z.array(RECTANGLE).default([]),
});

export type PictureRule = z.output<typeof PICTURE_RULE>;

/** What is wrong with a picture, or null. */
export function pictureFault(expected: Picture, found: Picture, rule: PictureRule): string | null {
  const { size_within: within } = rule;
  const isNear = (a: number, b: number) => Math.abs(a - b) <= within;
  if (!isNear(expected.width, found.width) || !isNear(expected.height, found.height)) {
    return `a picture of ${found.width}x${found.height}, not ${expected.width}x${expected.height}`;
  }
  if (rule.mode === "size") return null;
  const seen = measure(expected, found, rule);
  if (seen.pixels === 0) return null;
  const mean = seen.sum / (3 * seen.pixels);
  const share = seen.over / seen.pixels;
  if (rule.mode === "exact") return seen.over === 0 ? null : `${describe(seen, mean)}, every pixel has to be equal`;
  if (rule.max !== undefined && seen.max > rule.max) return `${describe(seen, mean)}, at most ${rule.max} is allowed`;
  if (share > rule.max_share) return `${describe(seen, mean)}, at most ${percent(rule.max_share)} may differ`;
  return mean > rule.max_mean_abs ? `${describe(seen, mean)}, a mean of ${rule.max_mean_abs} is allowed` : null;
}

interface Measured {
  pixels: number;
  /** Pixels that differ by more than the rule's `over`. */
  over: number;
  sum: number;
  max: number;
  /** The first that differs so. */
  first: readonly [number, number] | null;
}

function measure(expected: Picture, found: Picture, { mode, over, skip }: PictureRule): Measured {
  const seen: Measured = { pixels: 0, over: 0, sum: 0, max: 0, first: null };
  const limit = mode === "exact" ? 0 : over;
  const width = Math.min(expected.width, found.width);
  const height = Math.min(expected.height, found.height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (skip.some(([x1, y1, x2, y2]) => x >= x1 && x < x2 && y >= y1 && y < y2)) continue;
      const most = pixelDifference(expected, found, { x, y, seen });
      seen.pixels++;
      if (most > seen.max) seen.max = most;
      if (most <= limit) continue;
      seen.over++;
      seen.first ??= [x, y];
    }
  }
  return seen;
}

function pixelDifference(expected: Picture, found: Picture, { x, y, seen }: { x: number; y: number; seen: Measured }) {
  const e = 3 * (y * expected.width + x);
  const f = 3 * (y * found.width + x);
  let most = 0;
  for (let channel = 0; channel < 3; channel++) {
    const difference = Math.abs((expected.rgb[e + channel] ?? 0) - (found.rgb[f + channel] ?? 0));
    seen.sum += difference;
    if (difference > most) most = difference;
  }
  return most;
}

function describe({ over, pixels, max, first }: Measured, mean: number): string {
  const where = first === null ? "" : `, first at ${first.join(",")}`;
  return `a picture that differs in ${percent(over / pixels)} of its pixels (greatest ${max}, mean ${mean.toFixed(3)}${where})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
