import type { Point } from "./polygon.ts";

/** The first two edges of a closed outline that meet beside their common corner, by the indices of their first points; null for a simple outline. */
export function selfCrossing(outline: readonly Point[]): [number, number] | null {
  const count = outline.length;
  const edge = (i: number) => [outline[i] as Point, outline[(i + 1) % count] as Point] as const;
  for (let i = 0; i < count; i++) {
    for (let j = i + 2; j < count; j++) {
      // The last edge ends where the first begins.
      if (i === 0 && j === count - 1) continue;
      if (doMeet(edge(i), edge(j))) return [i, j];
    }
  }
  return null;
}

type Edge = readonly [Point, Point];

function doMeet([a, b]: Edge, [c, d]: Edge): boolean {
  const [c1, d1] = [side(a, b, c), side(a, b, d)];
  const [a2, b2] = [side(c, d, a), side(c, d, b)];
  if (c1 * d1 < 0 && a2 * b2 < 0) return true;
  return (
    (c1 === 0 && isWithin(c, a, b)) ||
    (d1 === 0 && isWithin(d, a, b)) ||
    (a2 === 0 && isWithin(a, c, d)) ||
    (b2 === 0 && isWithin(b, c, d))
  );
}

/** -1, 0 or 1: where a point lies of the line from `a` to `b`. */
function side(a: Point, b: Point, [x, y]: Point): number {
  return Math.sign((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]));
}

function isWithin([x, y]: Point, a: Point, b: Point): boolean {
  const isBeside = x < Math.min(a[0], b[0]) || x > Math.max(a[0], b[0]);
  return !isBeside && y >= Math.min(a[1], b[1]) && y <= Math.max(a[1], b[1]);
}
