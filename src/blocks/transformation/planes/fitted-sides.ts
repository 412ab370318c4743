import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Point } from "../../../geometry/polygon.ts";

/** y = slope * x + start; or x = start for an upright line. */
interface Line {
  slope: number | null;
  start: number;
}

/** The polygon with its sides laid through the contour by least squares, its corners where they meet, in whole pixels. */
export function withFittedSides(polygon: readonly Point[], contour: readonly Point[], fraction: number): Point[] {
  const places = polygon.map((corner) => nearestIndex(corner, contour));
  const lines = places.map((to, i) => {
    const from = places.at(i - 1) ?? 0;
    return fittedLine(middlePart(between(contour, from, to), fraction));
  });
  return polygon.map((corner, i): Point => {
    const meeting = intersection(lines[i] ?? null, lines[(i + 1) % lines.length] ?? null);
    return meeting === null ? corner : [roundHalfEven(meeting[0]), roundHalfEven(meeting[1])];
  });
}

function nearestIndex([x, y]: Point, contour: readonly Point[]): number {
  const distances = contour.map(([cx, cy]) => Math.hypot(cx - x, cy - y));
  return distances.indexOf(Math.min(...distances));
}

function between(contour: readonly Point[], from: number, to: number): readonly Point[] {
  return from <= to ? contour.slice(from, to + 1) : [...contour.slice(from), ...contour.slice(0, to + 1)];
}

function middlePart(points: readonly Point[], fraction: number): readonly Point[] {
  const count = roundHalfEven(points.length * fraction);
  if (fraction >= 1 || count <= 2) return points;
  const left = Math.floor((points.length - count) / 2);
  return points.slice(left, points.length - left);
}

/** Null for less than two points. */
function fittedLine(points: readonly Point[]): Line | null {
  if (points.length < 2) return null;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  if (spread === 0) return { slope: null, start: mx };
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / spread;
  return { slope, start: my - slope * mx };
}

function intersection(a: Line | null, b: Line | null): Point | null {
  if (a === null || b === null) return null;
  if (a.slope === null) return b.slope === null ? null : [a.start, b.slope * a.start + b.start];
  if (b.slope === null) return [b.start, a.slope * b.start + a.start];
  if (Math.abs(a.slope - b.slope) <= 1e-8 + 1e-5 * Math.abs(b.slope)) return null;
  const x = (b.start - a.start) / (a.slope - b.slope);
  return [x, a.slope * x + a.start];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
