/** x, y; y grows downwards as in pictures. */
export type Point = readonly [x: number, y: number];

/** Above 0 for corners that go clockwise in a picture, below for the others. */
export function signedArea(polygon: readonly Point[]): number {
  let twice = 0;
  forEachEdge(polygon, ([x1, y1], [x2, y2]) => {
    twice += x1 * y2 - x2 * y1;
  });
  return twice / 2;
}

export function polygonArea(polygon: readonly Point[]): number {
  return Math.abs(signedArea(polygon));
}

export function perimeter(polygon: readonly Point[]): number {
  let length = 0;
  forEachEdge(polygon, ([x1, y1], [x2, y2]) => {
    length += Math.hypot(x2 - x1, y2 - y1);
  });
  return length;
}

/** The middle of its area, null for a polygon without any. */
export function centroid(polygon: readonly Point[]): Point | null {
  const area = signedArea(polygon);
  if (area === 0) return null;
  let [x, y] = [0, 0];
  forEachEdge(polygon, ([x1, y1], [x2, y2]) => {
    const cross = x1 * y2 - x2 * y1;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
  });
  return [x / (6 * area), y / (6 * area)];
}

/** left, top, right, bottom. */
export function extent(points: readonly Point[]): [number, number, number, number] {
  const around: [number, number, number, number] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [x, y] of points) {
    around[0] = Math.min(around[0], x);
    around[1] = Math.min(around[1], y);
    around[2] = Math.max(around[2], x);
    around[3] = Math.max(around[3], y);
  }
  return around;
}

function forEachEdge(polygon: readonly Point[], callback: (from: Point, to: Point) => void): void {
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from !== undefined) callback(from, to);
    from = to;
  }
}
