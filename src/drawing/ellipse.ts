import type { Canvas, Color } from "./canvas.ts";
import { strokePath } from "./lines.ts";
import { discRows, fillDisc, fillSpan } from "./strokes.ts";

type Point = readonly [x: number, y: number];

export interface Outline {
  /** Below 0 fills. */
  thickness: number;
  color: Color;
}

/** A circle around a pixel. */
export function strokeCircle(canvas: Canvas, center: Point, radius: number, { thickness, color }: Outline): void {
  if (thickness < 0) fillDisc(canvas, center, radius, color);
  else if (thickness > 1) strokeEllipse(canvas, center, { axes: [radius, radius], arc: [0, 360], thickness, color });
  else strokeThinCircle(canvas, center, radius, color);
}

/** Of each row the pixels that the next row outwards lacks, so that the line has no gap. */
function strokeThinCircle(canvas: Canvas, [x, y]: Point, radius: number, color: Color): void {
  const rows = discRows(radius);
  for (let row = 0; row < rows.length; row++) {
    const half = rows[row]!;
    const inner = Math.min(half, row + 1 < rows.length ? rows[row + 1]! + 1 : 0);
    for (const level of row === 0 ? [y] : [y - row, y + row]) {
      if (level < 0 || level >= canvas.height) continue;
      fillSpan(canvas, [x - half, level, x - inner, level], color);
      fillSpan(canvas, [x + inner, level, x + half, level], color);
    }
  }
}

export interface Arc extends Outline {
  /** Half of the width and half of the height. */
  axes: Point;
  /** Degrees, clockwise from the right, in any order. */
  arc: Point;
  /** Whether a thin line goes across or down from pixel to pixel and never aslant. */
  isStepped?: boolean;
}

/** A part of an ellipse, as short straight lines. */
export function strokeEllipse(canvas: Canvas, center: Point, { axes, arc, ...pen }: Arc): void {
  const points = ellipsePoints(center, axes, arc);
  strokePath(canvas, points.length === 1 ? [points[0]!, points[0]!] : points, pen);
}

/** Points of a part of an ellipse, as many as its size takes. */
export function ellipsePoints([cx, cy]: Point, axes: Point, arc: Point): Point[] {
  const [a, b] = [Math.abs(axes[0]), Math.abs(axes[1])];
  const [start, end] = arcOf(arc);
  const step = stepOf(Math.max(a, b));
  const points: Point[] = [];
  for (let at = start; at < end + step; at += step) {
    const angle = (Math.min(at, end) * Math.PI) / 180;
    const point = [cx + a * Math.cos(angle), cy + b * Math.sin(angle)] as const;
    const last = points.at(-1);
    if (last === undefined || last[0] !== point[0] || last[1] !== point[1]) points.push(point);
  }
  return points;
}

/** In order, from 0 to below 360 on, at most once around. */
function arcOf([from, to]: Point): Point {
  let [start, end] = from <= to ? [from, to] : [to, from];
  if (end - start > 360) return [0, 360];
  const turns = start < 0 ? Math.ceil(-start / 360) : end > 360 ? -Math.ceil((end - 360) / 360) : 0;
  [start, end] = [start + 360 * turns, end + 360 * turns];
  return [start, end];
}

/** Degrees between two points of an ellipse of that size. */
function stepOf(size: number): number {
  if (size < 3) return 90;
  if (size < 10) return 30;
  return size < 15 ? 18 : 5;
}
