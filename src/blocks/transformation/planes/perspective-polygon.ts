import { StepError } from "../../../base/errors.ts";
import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Quadrangle } from "../../../geometry/homography.ts";
import { type Point, polygonArea } from "../../../geometry/polygon.ts";

/** The polygon of a plane: one of four corners, or the largest such in a list. Throws STEP_BAD_ZONE. */
export function planeOf(polygons: unknown, step: string): Quadrangle {
  if (isQuadrangle(polygons)) return polygons;
  const several = Array.isArray(polygons) ? (polygons as unknown[]).filter(isQuadrangle) : [];
  const whole = several.map(
    (polygon) => polygon.map(([x, y]) => [roundHalfEven(x), roundHalfEven(y)]) as unknown as Quadrangle,
  );
  const largest = whole.reduce<Quadrangle | null>((best, polygon) => {
    return best === null || polygonArea(polygon) > polygonArea(best) ? polygon : best;
  }, null);
  if (largest !== null) return largest;
  const message = `step "${step}": perspective_polygons is ${JSON.stringify(polygons)}, expected four corners such as [[40, 20], [120, 20], [150, 110], [10, 110]], or a list of such polygons`;
  throw new StepError("STEP_BAD_ZONE", message, { step });
}

function isQuadrangle(value: unknown): value is Quadrangle {
  return Array.isArray(value) && value.length === 4 && value.every(isPoint);
}

function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
}

/** The corners from the lower left one on, the upper ones next: in whatever order they were given. */
export function fromLowerLeft(polygon: Quadrangle): Quadrangle {
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const angle = ([x, y]: Point) => Math.atan2(cx - x, cy - y);
  const around = [...polygon].sort((a, b) => angle(b) - angle(a));
  const wanted: Quadrangle = [
    [left, bottom],
    [left, top],
    [right, top],
    [right, bottom],
  ];
  const turns = around.map(
    (_, shift) => around.map((_corner, i) => around[(i + 4 - shift) % 4]) as unknown as Quadrangle,
  );
  return turns.reduce((best, turned) => {
    const [a, b] = [misfit(turned, wanted), misfit(best, wanted)];
    return a < b || (a === b && turned[0][0] < best[0][0]) ? turned : best;
  });
}

function misfit(polygon: Quadrangle, wanted: Quadrangle): number {
  return polygon.reduce((sum, [x, y], i) => sum + Math.hypot(x - (wanted[i]?.[0] ?? 0), y - (wanted[i]?.[1] ?? 0)), 0);
}
