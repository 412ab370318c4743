import type { Raster } from "../raster.ts";
import type { PixelPoint } from "./corner-points.ts";
import type { Pyramid } from "./pyramid.ts";

/** Where a point of one picture is in the next one; null where it cannot be found. */
export function flowOf(before: Pyramid, after: Pyramid, { x, y }: PixelPoint): PixelPoint | null {
  let [dx, dy] = [0, 0];
  for (let level = Math.min(before.length, after.length) - 1; level >= 0; level--) {
    const [from, to] = [before[level], after[level]];
    if (from === undefined || to === undefined) return null;
    const scale = 2 ** level;
    // The middle of a pixel of a half is the corner of four of the whole.
    const at = { x: (x + 0.5) / scale - 0.5, y: (y + 0.5) / scale - 0.5 };
    const moved = follow(patchOf(from, at), to, { at, dx: dx / scale, dy: dy / scale });
    if (moved === null) {
      if (level === 0) return null;
      continue;
    }
    [dx, dy] = [moved.x * scale, moved.y * scale];
  }
  return { x: x + dx, y: y + dy };
}

/** Pixels to either side of the point that must look the same. */
const REACH = 5;
const SIDE = 2 * REACH + 1;
const MOST_STEPS = 12;
const LAST_STEP = 0.02;
/** Mean difference of brightness beyond which it is another thing. */
const MOST_DIFFERENCE = 20;

interface Patch {
  values: Float64Array;
  dx: Float64Array;
  dy: Float64Array;
  /** Inverse of the sums of squared differences; null where the patch is flat. */
  inverse: { xx: number; xy: number; yy: number } | null;
}

/** The surroundings of a point, and how they change along both axes. */
function patchOf(picture: Raster<1>, { x, y }: PixelPoint): Patch {
  const [values, dx, dy] = [
    new Float64Array(SIDE * SIDE),
    new Float64Array(SIDE * SIDE),
    new Float64Array(SIDE * SIDE),
  ];
  let [xx, xy, yy, i] = [0, 0, 0, 0];
  for (let row = -REACH; row <= REACH; row++) {
    for (let column = -REACH; column <= REACH; column++, i++) {
      const [px, py] = [x + column, y + row];
      values[i] = sample(picture, px, py);
      const gx = (sample(picture, px + 1, py) - sample(picture, px - 1, py)) / 2;
      const gy = (sample(picture, px, py + 1) - sample(picture, px, py - 1)) / 2;
      dx[i] = gx;
      dy[i] = gy;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  }
  const determinant = xx * yy - xy * xy;
  const isFlat = determinant < 1e-6 * (xx + yy + 1) ** 2;
  const inverse = isFlat ? null : { xx: yy / determinant, xy: -xy / determinant, yy: xx / determinant };
  return { values, dx, dy, inverse };
}

/** Moves step by step to where the picture looks as the patch (Lucas, Kanade 1981); the whole way from the point. */
function follow(
  patch: Patch,
  picture: Raster<1>,
  guess: { at: PixelPoint; dx: number; dy: number },
): PixelPoint | null {
  const { inverse } = patch;
  if (inverse === null) return null;
  let [x, y] = [guess.dx, guess.dy];
  let difference = Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    let [ex, ey, i] = [0, 0, 0];
    difference = 0;
    for (let row = -REACH; row <= REACH; row++) {
      for (let column = -REACH; column <= REACH; column++, i++) {
        const error = patch.values[i]! - sample(picture, guess.at.x + x + column, guess.at.y + y + row);
        difference += Math.abs(error);
        ex += error * patch.dx[i]!;
        ey += error * patch.dy[i]!;
      }
    }
    const [sx, sy] = [inverse.xx * ex + inverse.xy * ey, inverse.xy * ex + inverse.yy * ey];
    x += sx;
    y += sy;
    if (Math.hypot(sx, sy) < LAST_STEP) break;
  }
  return difference / (SIDE * SIDE) > MOST_DIFFERENCE || !Number.isFinite(x + y) ? null : { x, y };
}

/** Brightness between pixels; beyond an edge that of the edge. */
function sample({ data, width, height, stride }: Raster<1>, x: number, y: number): number {
  const left = Math.min(width - 1, Math.max(0, x));
  const top = Math.min(height - 1, Math.max(0, y));
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [fx, fy] = [left - x0, top - y0];
  const at = y0 * stride + x0;
  const right = x0 + 1 < width ? 1 : 0;
  const below = y0 + 1 < height ? stride : 0;
  const upper = data[at]! * (1 - fx) + data[at + right]! * fx;
  const lower = data[at + below]! * (1 - fx) + data[at + below + right]! * fx;
  return upper * (1 - fy) + lower * fy;
}
