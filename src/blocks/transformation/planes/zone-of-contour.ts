import { roundHalfEven } from "../../../base/round-half-even.ts";
import { convexHull } from "../../../geometry/convex-hull.ts";
import { centroid, type Point, perimeter } from "../../../geometry/polygon.ts";
import { simplified } from "../../../geometry/simplify.ts";

const MOST_STEPS = 1000;

/** A convex polygon around a contour with as many corners as asked for, or the nearest number that simplifying it can give. */
export function zoneOfContour(contour: readonly Point[], corners: number): Point[] {
  const hull = convexHull(contour);
  let [low, high] = [1e-7, perimeter(hull)];
  let distance = low + high / 2;
  let found = simplified(hull, distance);
  for (let step = 0; step < MOST_STEPS && found.length !== corners; step++) {
    if (found.length > corners) low = distance;
    else high = distance;
    const middle = low + (high - low) / 2;
    // Nothing changes any more between neighbours among the numbers.
    if (middle === distance) break;
    distance = middle;
    found = simplified(hull, distance);
  }
  return found;
}

/** Grown or shrunk around its middle, to whole pixels. */
export function scaledPolygon(polygon: readonly Point[], scale: number): readonly Point[] {
  const middle = scale === 1 ? null : centroid(polygon);
  if (middle === null) return polygon;
  const [cx, cy] = middle;
  return polygon.map(([x, y]): Point => [roundHalfEven((x - cx) * scale + cx), roundHalfEven((y - cy) * scale + cy)]);
}
