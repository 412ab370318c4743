type Point = readonly [number, number];

/** Whether a point lies strictly inside a polygon (even-odd rule); a point on the outline does not. */
export function isInsidePolygon(point: Point, polygon: readonly Point[]): boolean {
  let isInside = false;
  let a = polygon.at(-1);
  if (a === undefined) return false;
  for (const b of polygon) {
    if (isOnSegment(point, a, b)) return false;
    if (crosses(point, a, b)) isInside = !isInside;
    a = b;
  }
  return isInside;
}

/** Whether a ray to the right meets the edge; each edge holds its upper end and not its lower one. */
function crosses([x, y]: Point, a: Point, b: Point): boolean {
  if (a[1] > y === b[1] > y) return false;
  return x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0];
}

function isOnSegment([x, y]: Point, a: Point, b: Point): boolean {
  const cross = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
  if (cross !== 0) return false;
  const isBeside = x < Math.min(a[0], b[0]) || x > Math.max(a[0], b[0]);
  return !isBeside && y >= Math.min(a[1], b[1]) && y <= Math.max(a[1], b[1]);
}
