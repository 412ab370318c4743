import { greyOf } from "../grey.ts";
import type { Raster } from "../raster.ts";
import { warp } from "../warps/warp.ts";
import { type Correspondence, findHomography, type Homography, inverse, product, project } from "./homography.ts";
import { type Descriptors, matchFeatures } from "./match-features.ts";
import { DESCRIPTOR_LENGTH, type Feature, sift } from "./sift/sift.ts";

/** How much nearer than the next one a feature must be to count. */
const RATIO = 0.75;
/** Of a picture made of two; more is none that anybody meant. */
const MOST_PIXELS = 1 << 26;

/** Two pictures of overlapping parts of a scene as one, `tolerance` pixels off at most; null where they have too little in common. */
export function stitch(first: Raster<3>, second: Raster<3>, tolerance: number): Raster<3> | null {
  const [here, there] = [sift(greyOf(first)), sift(greyOf(second))];
  const pairs = matchFeatures(descriptorsOf(here), descriptorsOf(there), RATIO);
  if (pairs.length === 0) return null;
  const points = pairs.map((pair) => [here[pair.first]!, there[pair.second]!] as const);
  // As in the reference, the one whose features lie further right stays where it is.
  if (meanX(here) < meanX(there)) {
    return joined(second, first, findHomography(points.map(([a, b]) => fromTo(a, b)), tolerance)); // biome-ignore format: one step
  }
  return joined(first, second, findHomography(points.map(([a, b]) => fromTo(b, a)), tolerance)); // biome-ignore format: one step
}

/** Packed for `matchFeatures`. */
export function descriptorsOf(features: readonly Feature[]): Descriptors {
  const values = new Float32Array(features.length * DESCRIPTOR_LENGTH);
  for (const [i, { descriptor }] of features.entries()) values.set(descriptor, i * DESCRIPTOR_LENGTH);
  return { values, count: features.length, length: DESCRIPTOR_LENGTH };
}

function meanX(features: readonly Feature[]): number {
  return features.reduce((sum, { x }) => sum + x, 0) / features.length;
}

function fromTo(a: Feature, b: Feature): Correspondence {
  return { from: [a.x, a.y], to: [b.x, b.y] };
}

/** One picture where it is, and the other, as a homography sees it, around it. */
function joined(still: Raster<3>, moved: Raster<3>, homography: Homography | null): Raster<3> | null {
  if (homography === null) return null;
  const { width: w, height: h } = moved;
  const corners = [[0, 0], [0, h], [w, h], [w, 0]].map(([x, y]) => project(homography, [x!, y!])); // biome-ignore format: corners
  const sides = (axis: 0 | 1) => corners.map((corner) => corner[axis]);
  const [left, top] = [Math.trunc(Math.min(...sides(0))), Math.trunc(Math.min(...sides(1)))];
  const right = Math.max(Math.trunc(Math.max(...sides(0))), still.width);
  const bottom = Math.max(Math.trunc(Math.max(...sides(1))), still.height);
  const size = { width: right - left, height: bottom - top };
  if (!(size.width * size.height <= MOST_PIXELS)) return null;
  // As in the reference: what lies further right or down than the picture that stays gets no room of its own.
  const [x, y] = [Math.max(0, -left), Math.max(0, -top)];
  const back = inverse(product([1, 0, x, 0, 1, y, 0, 0, 1], homography));
  if (back === null) return null;
  const picture = seenFrom(moved, size, back);
  if (x + still.width <= size.width && y + still.height <= size.height) put(picture, still, { x, y });
  return picture;
}

function seenFrom(raster: Raster<3>, size: { width: number; height: number }, back: Homography): Raster<3> {
  return warp(raster, size, (row, xs, ys) => {
    for (let column = 0; column < size.width; column++) {
      const [x, y] = project(back, [column, row]);
      xs[column] = x;
      ys[column] = y;
    }
  });
}

function put(picture: Raster<3>, { data, stride, width, height }: Raster<3>, { x, y }: { x: number; y: number }): void {
  for (let row = 0; row < height; row++) {
    const line = data.subarray(row * stride, row * stride + 3 * width);
    picture.data.set(line, (y + row) * picture.stride + 3 * x);
  }
}
