import type { Raster, Size } from "../raster.ts";
import { warp } from "./warp.ts";

/** A camera by its focal lengths and the place of its axis, in pixels. */
interface Camera {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
}

/** How a lens bends what is straight: radial terms `k1` to `k3`, tangential ones `p1` and `p2` (Brown and Conrady). */
export interface Lens extends Camera {
  k1: number;
  k2: number;
  k3: number;
  p1: number;
  p2: number;
}

/** The picture as a lens without distortion would give it, made smaller so that all of it can be seen. */
export function undistort<R extends Raster>(raster: R, lens: Lens): R {
  const view = viewOfAll(lens, raster);
  return warp(raster, raster, (row, xs, ys) => {
    const y = (row - view.cy) / view.fy;
    for (let column = 0; column < raster.width; column++) {
      const [bentX, bentY] = bent((column - view.cx) / view.fx, y, lens);
      xs[column] = bentX * lens.fx + lens.cx;
      ys[column] = bentY * lens.fy + lens.cy;
    }
  });
}

/** The same for a lens that sees very wide, by the division model of one term: straight = bent / (1 + k1 · bent²) (Fitzgibbon, 2001). */
export function undistortWide<R extends Raster>(raster: R, { fx, fy, cx, cy, k1 }: Camera & { k1: number }): R {
  return warp(raster, raster, (row, xs, ys) => {
    const y = (row - cy) / fy;
    for (let column = 0; column < raster.width; column++) {
      const x = (column - cx) / fx;
      const squared = x * x + y * y;
      // No root where the lens shows nothing of that direction: no place, so the pixel stays black.
      const share = k1 * squared === 0 ? 1 : (1 - Math.sqrt(1 - 4 * k1 * squared)) / (2 * k1 * squared);
      xs[column] = x * share * fx + cx;
      ys[column] = y * share * fy + cy;
    }
  });
}

/** Where a direction, as shares of the distance along the axis, appears. */
function bent(x: number, y: number, { k1, k2, k3, p1, p2 }: Lens): [number, number] {
  const squared = x * x + y * y;
  const radial = 1 + ((k3 * squared + k2) * squared + k1) * squared;
  return [
    x * radial + 2 * p1 * x * y + p2 * (squared + 2 * x * x),
    y * radial + p1 * (squared + 2 * y * y) + 2 * p2 * x * y,
  ];
}

/** The direction that appears in a place, coming nearer step by step. */
function straightened(toX: number, toY: number, lens: Lens): [number, number] {
  let [x, y] = [toX, toY];
  for (let step = 0; step < 5; step++) {
    const squared = x * x + y * y;
    const share = 1 / (1 + ((lens.k3 * squared + lens.k2) * squared + lens.k1) * squared);
    if (share < 0) return [toX, toY];
    const aside = 2 * lens.p1 * x * y + lens.p2 * (squared + 2 * x * x);
    const along = lens.p1 * (squared + 2 * y * y) + 2 * lens.p2 * x * y;
    [x, y] = [(toX - aside) * share, (toY - along) * share];
  }
  return [x, y];
}

const PARTS = 8;

/** A camera without distortion whose picture, of the same size, holds all directions that the lens shows. */
function viewOfAll(lens: Lens, { width, height }: Size): Camera {
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let i = 0; i <= PARTS; i++) {
    for (let j = 0; j <= PARTS; j++) {
      const place = [((width - 1) * i) / PARTS - lens.cx, ((height - 1) * j) / PARTS - lens.cy] as const;
      const [x, y] = straightened(place[0] / lens.fx, place[1] / lens.fy, lens);
      xs.push(x);
      ys.push(y);
    }
  }
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // A side of a single pixel has no extent to fit in.
  const [fx, fy] = [
    width > 1 ? (width - 1) / (right - left) : lens.fx,
    height > 1 ? (height - 1) / (bottom - top) : lens.fy,
  ];
  return { fx, fy, cx: -fx * left, cy: -fy * top };
}
