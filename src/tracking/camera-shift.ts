/** How the picture moved since the one before: a point p of then is at scale * p + (x, y) now. */
export interface CameraShift {
  scale: number;
  x: number;
  y: number;
}

export interface PointMove {
  from: { x: number; y: number };
  to: { x: number; y: number };
}

/**
 * The shift that most of the moves agree with, by least squares over those near it; null where too few agree, as when most of the
 * picture is of things that move by themselves.
 */
export function cameraShift(moves: readonly PointMove[]): CameraShift | null {
  const middle = {
    scale: 1,
    x: median(moves.map(({ from, to }) => to.x - from.x)),
    y: median(moves.map(({ from, to }) => to.y - from.y)),
  };
  let shift: CameraShift = middle;
  // A zoom moves the edges of a picture more than its middle, so the first circle is wide.
  for (const reach of [FIRST_REACH, FIRST_REACH / 2, LAST_REACH, LAST_REACH]) {
    const near = moves.filter((move) => missOf(move, shift) < reach);
    if (near.length < LEAST_MOVES) return null;
    shift = fitted(near);
  }
  const agreed = moves.filter((move) => missOf(move, shift) < LAST_REACH).length;
  return agreed >= LEAST_MOVES && agreed >= moves.length * LEAST_SHARE ? shift : null;
}

const FIRST_REACH = 12;
const LAST_REACH = 1.5;
const LEAST_MOVES = 6;
const LEAST_SHARE = 0.3;

function missOf({ from, to }: PointMove, { scale, x, y }: CameraShift): number {
  return Math.hypot(scale * from.x + x - to.x, scale * from.y + y - to.y);
}

function fitted(moves: readonly PointMove[]): CameraShift {
  const from = meanOf(moves.map((move) => move.from));
  const to = meanOf(moves.map((move) => move.to));
  let [along, spread] = [0, 0];
  for (const move of moves) {
    const [x, y] = [move.from.x - from.x, move.from.y - from.y];
    along += x * (move.to.x - to.x) + y * (move.to.y - to.y);
    spread += x * x + y * y;
  }
  const scale = spread === 0 ? 1 : along / spread;
  return { scale, x: to.x - scale * from.x, y: to.y - scale * from.y };
}

function meanOf(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
