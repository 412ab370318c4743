import { roundHalfEven } from "../base/round-half-even.ts";
import { forEachPixelOfLine } from "./line-pixels.ts";
import { type Mask, maskOf } from "./mask.ts";

type Point = readonly [x: number, y: number];
type Size = { width: number; height: number };

/** What lies inside of a polygon by the even-odd rule, its outline included, cut at the edges of the picture; corners are rounded to pixels. */
export function maskOfPolygon(corners: readonly Point[], size: Size): Mask {
  return maskOfPolygons([corners], size);
}

/** The same for several polygons as one: what lies inside of two of them is outside. */
export function maskOfPolygons(polygons: readonly (readonly Point[])[], size: Size): Mask {
  const rounded = polygons.map((corners) => corners.map(([x, y]): Point => [roundHalfEven(x), roundHalfEven(y)]));
  const window = windowOf(rounded.flat(), size);
  const bits = new Uint8Array(window.width * window.height);
  const edges = rounded.flatMap((points) => edgesOf(points.map(([x, y]) => [x - window.x, y - window.y])));
  for (let row = 0; row < window.height; row++) fillRow(bits, window.width, edges, row);
  for (const edge of edges) forEachPixelOfLine(edge, window, (x, y) => (bits[y * window.width + x] = 1));
  return maskOf(bits, window);
}

function windowOf(points: readonly Point[], { width, height }: Size) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, right + 1) - x),
    height: Math.max(0, Math.min(height, bottom + 1) - y),
  };
}

type Edge = readonly [Point, Point];

function edgesOf(points: readonly Point[]): Edge[] {
  return points.map((point, i) => [point, points[(i + 1) % points.length] ?? point]);
}

function fillRow(bits: Uint8Array, width: number, edges: readonly Edge[], row: number): void {
  const crossings: number[] = [];
  for (const [[xa, ya], [xb, yb]] of edges) {
    if (ya <= row !== yb <= row) crossings.push(xa + ((row - ya) * (xb - xa)) / (yb - ya));
  }
  crossings.sort((a, b) => a - b);
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const from = Math.max(0, Math.ceil(crossings[i]!));
    const to = Math.min(width, Math.floor(crossings[i + 1]!) + 1);
    if (from < to) bits.fill(1, row * width + from, row * width + to);
  }
}
