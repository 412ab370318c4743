type Point = readonly [number, number];

/** A list of points as pairs, null for anything else. */
export function polygonOf(value: unknown): Point[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const points = value.map(pointOf);
  return points.every((point) => point !== null) ? points : null;
}

function pointOf(value: unknown): Point | null {
  const [x, y] = Array.isArray(value) ? value : [(value as Pair | null)?.x, (value as Pair | null)?.y];
  return typeof x === "number" && typeof y === "number" ? [x, y] : null;
}

interface Pair {
  x?: unknown;
  y?: unknown;
}

/** Whether two closed polygons have the same points one after the other, from any start and in either direction. */
export function samePolygon(a: readonly Point[], b: readonly Point[], isNear: (x: number, y: number) => boolean) {
  if (a.length !== b.length) return false;
  const agree = (p: Point | undefined, q: Point | undefined) => {
    return p !== undefined && q !== undefined && isNear(p[0], q[0]) && isNear(p[1], q[1]);
  };
  const { length } = a;
  return b.some((_, start) =>
    [1, -1].some((step) => a.every((point, i) => agree(point, b[(start + step * i + length) % length]))),
  );
}
