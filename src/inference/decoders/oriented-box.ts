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
  const shared = sharedArea(a, b);
  const together = Math.abs(areaOf(a, a.length)) + Math.abs(areaOf(b, b.length)) - shared;
  return together > 0 ? shared / together : 0;
}

function areaOf(corners: ArrayLike<number>, length: number): number {
  let doubled = 0;
  for (let i = 0; i < length; i += 2) {
    const next = (i + 2) % length;
    doubled += corners[i]! * corners[next + 1]! - corners[next]! * corners[i + 1]!;
  }
  return doubled / 2;
}

/** Each edge adds a corner at most; reused, as suppression asks for hundreds of overlaps. */
let [inside, cut] = [new Float64Array(32), new Float64Array(32)];

/** Area of what of `subject` lies inside of `window`, both of four corners (Sutherland and Hodgman, "Reentrant Polygon Clipping", 1974). */
function sharedArea(subject: Float32Array, window: Float32Array): number {
  const turn = Math.sign(areaOf(window, window.length));
  inside.set(subject);
  let length = subject.length;
  for (let i = 0; i < window.length && length > 0; i += 2) {
    length = cutBy(length, { window, from: i, turn });
    [inside, cut] = [cut, inside];
  }
  return Math.abs(areaOf(inside, length));
}

/** Writes what lies on the inner side of one edge, and returns how many numbers that is. */
function cutBy(length: number, { window, from, turn }: { window: Float32Array; from: number; turn: number }): number {
  const to = (from + 2) % window.length;
  const [x, y] = [window[from]!, window[from + 1]!];
  const [dx, dy] = [turn * (window[to]! - x), turn * (window[to + 1]! - y)];
  let kept = 0;
  for (let i = 0; i < length; i += 2) {
    const next = (i + 2) % length;
    const here = dx * (inside[i + 1]! - y) - dy * (inside[i]! - x);
    const there = dx * (inside[next + 1]! - y) - dy * (inside[next]! - x);
    if (here >= 0) {
      cut[kept++] = inside[i]!;
      cut[kept++] = inside[i + 1]!;
    }
    if (here < 0 === there < 0) continue;
    const share = here / (here - there);
    cut[kept++] = inside[i]! + share * (inside[next]! - inside[i]!);
    cut[kept++] = inside[i + 1]! + share * (inside[next + 1]! - inside[i + 1]!);
  }
  return kept;
}
