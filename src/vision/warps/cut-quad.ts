import { newRaster, type Raster } from "../raster.ts";
import type { Point } from "../shapes/contours.ts";

/**
 * What lies within four corners, given clockwise from the upper left one, as an upright picture: seen in perspective, bilinear between
 * pixels, beyond an edge like the edge.
 */
export function cutQuad(raster: Raster, corners: readonly [Point, Point, Point, Point]): Raster<3> {
  const [a, b, c, d] = corners;
  const width = Math.max(1, Math.round(Math.max(distance(a, b), distance(d, c))));
  const height = Math.max(1, Math.round(Math.max(distance(a, d), distance(b, c))));
  const place = perspective(corners);
  const cut = newRaster({ width, height }, 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [sx, sy] = place((x + 0.5) / width, (y + 0.5) / height);
      sample(raster, sx - 0.5, sy - 0.5, cut.data, to);
    }
  }
  return cut;
}

/** A quarter turn against the clock. */
export function turnedLeft({ data, width, height, stride }: Raster<3>): Raster<3> {
  const turned = newRaster({ width: height, height: width }, 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * stride + x * 3;
      turned.data.set(data.subarray(from, from + 3), (width - 1 - x) * turned.stride + y * 3);
    }
  }
  return turned;
}

function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(bx - ax, by - ay);
}

/** From the unit square to four corners (Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989). */
function perspective([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: readonly [Point, Point, Point, Point]) {
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = area === 0 ? 0 : (sx * dy2 - dx2 * sy) / area;
  const h = area === 0 ? 0 : (dx1 * sy - sx * dy1) / area;
  const [a, b] = [x1 - x0 + g * x1, x3 - x0 + h * x3];
  const [d, e] = [y1 - y0 + g * y1, y3 - y0 + h * y3];
  return (u: number, v: number): Point => {
    const w = g * u + h * v + 1;
    return [(a * u + b * v + x0) / w, (d * u + e * v + y0) / w];
  };
}

function sample(
  { data, stride, channels, width, height }: Raster,
  x: number,
  y: number,
  into: Uint8Array,
  to: number,
): void {
  const [left, top] = [Math.max(0, Math.min(width - 1, x)), Math.max(0, Math.min(height - 1, y))];
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [along, down] = [left - x0, top - y0];
  for (let i = 0; i < 3; i++) {
    const channel = channels === 3 ? i : 0;
    const value = (px: number, py: number) => data[py * stride + px * channels + channel]!;
    const upper = value(x0, y0) * (1 - along) + value(x1, y0) * along;
    const lower = value(x0, y1) * (1 - along) + value(x1, y1) * along;
    into[to + i] = Math.round(upper * (1 - down) + lower * down);
  }
}
