import { convexHull } from "./convex-hull.ts";
import type { Point } from "./polygon.ts";

export interface RotatedRectangle {
  center: Point;
  /** Extent along the angle. */
  width: number;
  /** Extent across it. */
  height: number;
  /** Degrees from the x axis towards the y axis, above 0 and up to 90. */
  angle: number;
  /** The first one is where both extents begin. */
  corners: [Point, Point, Point, Point];
}

/** The rectangle of least area around points; one side of it lies on a side of their hull. Null without points. */
export function smallestRectangle(points: readonly Point[]): RotatedRectangle | null {
  const hull = convexHull(points);
  let best: RotatedRectangle | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const angle of anglesOf(hull)) {
    const rectangle = rectangleAt(hull, angle);
    const area = rectangle.width * rectangle.height;
    // Angles of the same rectangle differ by rounding only, so the first one stays.
    if (area >= least - 1e-9 * (1 + least)) continue;
    [best, least] = [rectangle, area];
  }
  return best;
}

/** The same rectangle with every side moved outwards. */
export function grown({ center, corners, width, height, angle }: RotatedRectangle, distance: number): RotatedRectangle {
  const [cos, sin] = directionOf(angle);
  const moved = corners.map(([x, y], i): Point => {
    const [along, across] = [i < 2 ? -distance : distance, i === 0 || i === 3 ? distance : -distance];
    return [x + along * cos - across * sin, y + along * sin + across * cos];
  });
  const sides = { width: width + 2 * distance, height: height + 2 * distance };
  return { center, angle, ...sides, corners: moved as RotatedRectangle["corners"] };
}

/** Of the sides, turned by right angles into the range above 0 and up to 90. */
function anglesOf(hull: readonly Point[]): number[] {
  if (hull.length === 1) return [90];
  const angles = hull.map(([x1, y1], i) => {
    const [x2, y2] = hull[(i + 1) % hull.length] as Point;
    const degrees = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    const turned = ((degrees % 90) + 90) % 90;
    return turned === 0 ? 90 : turned;
  });
  return angles.sort((a, b) => b - a);
}

function rectangleAt(hull: readonly Point[], angle: number): RotatedRectangle {
  const [cos, sin] = directionOf(angle);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of hull) {
    const [along, across] = [x * cos + y * sin, y * cos - x * sin];
    [left, right] = [Math.min(left, along), Math.max(right, along)];
    [top, bottom] = [Math.min(top, across), Math.max(bottom, across)];
  }
  const at = (along: number, across: number): Point => [along * cos - across * sin, along * sin + across * cos];
  return {
    center: at((left + right) / 2, (top + bottom) / 2),
    width: right - left,
    height: bottom - top,
    angle,
    corners: [at(left, bottom), at(left, top), at(right, top), at(right, bottom)],
  };
}

function directionOf(angle: number): Point {
  const radians = (angle * Math.PI) / 180;
  return angle === 90 ? [0, 1] : [Math.cos(radians), Math.sin(radians)];
}
