interface OrientedBox {
  /** Centre. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Radians, clockwise in a picture. */
  angle: number;
}

/** Corners in turn, x and y each. */
export function cornersAt({ x, y, width, height, angle }: OrientedBox): Float32Array {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = [(width / 2) * cos, (width / 2) * sin] as const;
  const across = [(-height / 2) * sin, (height / 2) * cos] as const;
  return Float32Array.of(
    ...[x - along[0] - across[0], y - along[1] - across[1], x + along[0] - across[0], y + along[1] - across[1]],
    ...[x + along[0] + across[0], y + along[1] + across[1], x - along[0] + across[0], y - along[1] + across[1]],
  );
}

/** x min, y min, x max, y max of corners. */
export function boundOf(corners: Float32Array): [number, number, number, number] {
  const bound: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < corners.length; i += 2) {
    bound[0] = Math.min(bound[0], corners[i]!);
    bound[1] = Math.min(bound[1], corners[i + 1]!);
    bound[2] = Math.max(bound[2], corners[i]!);
    bound[3] = Math.max(bound[3], corners[i + 1]!);
  }
  return bound;
}

/** Share of the area of two convex polygons together that both cover. */
export function convexOverlap(a: Float32Array, b: Float32Array): number {
  const shared = Math.abs(areaOf(cut(a, b)));
  const together = Math.abs(areaOf(a)) + Math.abs(areaOf(b)) - shared;
  return together > 0 ? shared / together : 0;
}

function areaOf(corners: ArrayLike<number>): number {
  let doubled = 0;
  for (let i = 0; i < corners.length; i += 2) {
    const next = (i + 2) % corners.length;
    doubled += corners[i]! * corners[next + 1]! - corners[next]! * corners[i + 1]!;
  }
  return doubled / 2;
}

/** What of `subject` lies inside of `window` (Sutherland and Hodgman, "Reentrant Polygon Clipping", 1974). */
function cut(subject: Float32Array, window: Float32Array): number[] {
  const turn = Math.sign(areaOf(window));
  let inside = [...subject];
  for (let i = 0; i < window.length && inside.length > 0; i += 2) {
    const next = (i + 2) % window.length;
    inside = cutBy(inside, { x: window[i]!, y: window[i + 1]!, toX: window[next]!, toY: window[next + 1]!, turn });
  }
  return inside;
}

interface Edge {
  x: number;
  y: number;
  toX: number;
  toY: number;
  turn: number;
}

function cutBy(points: readonly number[], { x, y, toX, toY, turn }: Edge): number[] {
  const side = (i: number) => turn * ((toX - x) * (points[i + 1]! - y) - (toY - y) * (points[i]! - x));
  const kept: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const next = (i + 2) % points.length;
    const [here, there] = [side(i), side(next)];
    if (here >= 0) kept.push(points[i]!, points[i + 1]!);
    if (here < 0 === there < 0) continue;
    const share = here / (here - there);
    kept.push(
      points[i]! + share * (points[next]! - points[i]!),
      points[i + 1]! + share * (points[next + 1]! - points[i + 1]!),
    );
  }
  return kept;
}
