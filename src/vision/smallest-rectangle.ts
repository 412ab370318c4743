import type { Point } from "./contours.ts";

/** A rectangle at an angle: corners in turn and the lengths of the sides from the first to the second and from the second to the third. */
export interface TurnedRectangle {
  corners: readonly [Point, Point, Point, Point];
  width: number;
  height: number;
}

/** The rectangle of the least area that holds all points; one side of it lies on their hull. */
export function smallestRectangle(points: readonly Point[]): TurnedRectangle {
  const hull = hullOf(points);
  let best: TurnedRectangle | null = null;
  for (const [i, from] of hull.entries()) {
    const to = hull[(i + 1) % hull.length] ?? from;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const along: Point = length > 0 ? [(to[0] - from[0]) / length, (to[1] - from[1]) / length] : [1, 0];
    const found = rectangleAlong(hull, along);
    if (best === null || found.width * found.height < best.width * best.height) best = found;
  }
  return best ?? rectangleAlong([[0, 0]], [1, 0]);
}

/** The same rectangle with every side moved outwards. */
export function grown({ corners, width, height }: TurnedRectangle, distance: number): TurnedRectangle {
  const [a, b, , d] = corners;
  const along = unit(a, b, width, [1, 0]);
  const down = unit(a, d, height, [-along[1], along[0]]);
  const moved = corners.map(([x, y], i): Point => {
    const [right, low] = [i === 1 || i === 2 ? 1 : -1, i >= 2 ? 1 : -1];
    return [x + distance * (right * along[0] + low * down[0]), y + distance * (right * along[1] + low * down[1])];
  }) as [Point, Point, Point, Point];
  return { corners: moved, width: width + 2 * distance, height: height + 2 * distance };
}

function unit(from: Point, to: Point, length: number, otherwise: Point): Point {
  return length > 0 ? [(to[0] - from[0]) / length, (to[1] - from[1]) / length] : otherwise;
}

function rectangleAlong(points: readonly Point[], [ux, uy]: Point): TurnedRectangle {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    const [along, across] = [x * ux + y * uy, y * ux - x * uy];
    [left, right] = [Math.min(left, along), Math.max(right, along)];
    [top, bottom] = [Math.min(top, across), Math.max(bottom, across)];
  }
  const at = (along: number, across: number): Point => [along * ux - across * uy, along * uy + across * ux];
  const corners = [at(left, top), at(right, top), at(right, bottom), at(left, bottom)] as const;
  return { corners, width: right - left, height: bottom - top };
}

/** Corners of the convex hull in turn (Andrew's monotone chain). */
function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  if (sorted.length < 3) return sorted;
  return [...chain(sorted), ...chain(sorted.reverse())];
}

function chain(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    while (kept.length >= 2 && turn(kept.at(-2)!, kept.at(-1)!, point) <= 0) kept.pop();
    kept.push(point);
  }
  return kept.slice(0, -1);
}

function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}
