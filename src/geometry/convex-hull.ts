import { type Point, signedArea } from "./polygon.ts";

/**
 * Corners of the smallest convex polygon around points, those within its sides left out. They go round as the points do, and
 * begin with the one that comes first among these.
 */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points.keys()].sort((a, b) => {
    const [[xa, ya], [xb, yb]] = [points[a] as Point, points[b] as Point];
    return xa - xb || ya - yb || a - b;
  });
  const distinct = sorted.filter(
    (index, i) => i === 0 || !isSame(points[index] as Point, points[sorted[i - 1] as number] as Point),
  );
  if (distinct.length < 3) return distinct.sort((a, b) => a - b).map((index) => points[index] as Point);
  const clockwise = [...chain(distinct, points), ...chain(distinct.reverse(), points)];
  const corners = signedArea(points) < 0 ? clockwise.reverse() : clockwise;
  const first = corners.indexOf(Math.min(...corners));
  return [...corners.slice(first), ...corners.slice(0, first)].map((index) => points[index] as Point);
}

/** One half of the hull (A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979), its end left out. */
function chain(order: readonly number[], points: readonly Point[]): number[] {
  const kept: number[] = [];
  for (const index of order) {
    while (kept.length > 1 && turn(points[kept.at(-2) as number], points[kept.at(-1) as number], points[index]) <= 0)
      kept.pop();
    kept.push(index);
  }
  return kept.slice(0, -1);
}

function turn([ax, ay]: Point = [0, 0], [bx, by]: Point = [0, 0], [cx, cy]: Point = [0, 0]): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

function isSame(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
