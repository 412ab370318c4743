import type { Point } from "./polygon.ts";

/**
 * A closed polygon with fewer corners, from which no left out one is farther than the distance (U. Ramer 1972; D. Douglas and
 * T. Peucker 1973). It starts at one of two corners that are far from each other; what then lies on nearly straight lines goes too.
 */
export function simplified(polygon: readonly Point[], distance: number): Point[] {
  if (polygon.length === 0) return [];
  const [start, far] = farthestPair(polygon);
  const limit = distance * distance;
  if (squared(at(polygon, start), at(polygon, far)) <= limit) return [at(polygon, start)];
  const kept = [...keptBetween(polygon, [start, far], limit), ...keptBetween(polygon, [far, start], limit)];
  return withoutStraight(
    kept.map((index) => at(polygon, index)),
    limit,
  );
}

const ROUNDS = 3;

/** Two corners far from each other, by going to the farthest one three times. */
function farthestPair(polygon: readonly Point[]): [number, number] {
  const count = polygon.length;
  let [start, next] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    start = next;
    let most = 0;
    for (let step = 1; step < count; step++) {
      const apart = squared(at(polygon, start), at(polygon, start + step));
      if (apart > most) [most, next] = [apart, (start + step) % count];
    }
  }
  return [start, next];
}

/** Corners from the first one on, the last one left out. */
function keptBetween(polygon: readonly Point[], [from, to]: readonly [number, number], limit: number): number[] {
  const count = polygon.length;
  const [[x1, y1], [x2, y2]] = [at(polygon, from), at(polygon, to)];
  const [dx, dy] = [x2 - x1, y2 - y1];
  let most = 0;
  let middle = from;
  for (let index = (from + 1) % count; index !== to; index = (index + 1) % count) {
    const [x, y] = at(polygon, index);
    const aside = Math.abs((y - y1) * dx - (x - x1) * dy);
    if (aside > most) [most, middle] = [aside, index];
  }
  if (most * most <= limit * (dx * dx + dy * dy)) return [from];
  return [...keptBetween(polygon, [from, middle], limit), ...keptBetween(polygon, [middle, to], limit)];
}

/** Leaves out corners that lie almost on the line between their neighbours, never two in a row. */
function withoutStraight(points: readonly Point[], limit: number): Point[] {
  const count = points.length;
  const kept: Point[] = [];
  let left = count;
  let before = at(points, count - 1);
  for (let i = 0; i < count; i++) {
    const here = at(points, i);
    // Round the end with what has become of the first one.
    const after = i + 1 < count ? at(points, i + 1) : (kept[0] ?? here);
    if (left > 2 && isStraight(before, here, after, limit)) {
      left--;
      kept.push(after);
      before = after;
      i++;
    } else {
      kept.push(here);
      before = here;
    }
  }
  return kept.slice(0, left);
}

function isStraight([x1, y1]: Point, [x, y]: Point, [x2, y2]: Point, limit: number): boolean {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const aside = (x - x1) * dy - (y - y1) * dx;
  const goesOn = (x - x1) * (x2 - x) + (y - y1) * (y2 - y) >= 0;
  return aside * aside <= 0.5 * limit * (dx * dx + dy * dy) && dx !== 0 && dy !== 0 && goesOn;
}

function at(points: readonly Point[], index: number): Point {
  return points[index % points.length] as Point;
}

function squared([x1, y1]: Point, [x2, y2]: Point): number {
  return (x2 - x1) ** 2 + (y2 - y1) ** 2;
}
