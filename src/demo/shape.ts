export const SHAPE_CLASSES = ["circle", "square", "triangle"] as const;
export type ShapeClass = (typeof SHAPE_CLASSES)[number];

/** A regular shape with rounded corners, in pixels. */
export interface Shape {
  class: ShapeClass;
  x: number;
  y: number;
  /** From the centre to the rim of a circle, to the corners (before rounding) of the others. */
  radius: number;
  /** Radians, clockwise on the screen. */
  angle: number;
  /** 0..255 each. */
  color: readonly [number, number, number];
}

const SQRT3 = Math.sqrt(3);
/** Share of the radius that rounds the corners. */
const ROUNDING = { circle: 1, square: 0.12, triangle: 0.1 };
/** Corners on the unit circle, as turns; the corner of a circle is its centre. */
const CORNERS = { circle: [0], square: [0.125, 0.375, 0.625, 0.875], triangle: [1 / 12, 5 / 12, 0.75] };

/** What distances to the shape are computed from. */
export interface Rim {
  class: ShapeClass;
  cos: number;
  sin: number;
  /** Pixels by which the corners are rounded. */
  rounding: number;
  /** From the centre to where the rounding of a corner is centred. */
  inner: number;
}

export function rimOf(shape: Shape): Rim {
  const rounding = shape.radius * ROUNDING[shape.class];
  const inner = shape.radius - rounding;
  return { class: shape.class, cos: Math.cos(shape.angle), sin: Math.sin(shape.angle), rounding, inner };
}

/** Pixels from a point, given relative to the shape's centre, to the rim; negative inside. */
export function distanceToRim(rim: Rim, dx: number, dy: number): number {
  if (rim.class === "circle") return Math.sqrt(dx * dx + dy * dy) - rim.rounding;
  const x = dx * rim.cos + dy * rim.sin;
  const y = dy * rim.cos - dx * rim.sin;
  if (rim.class === "square") return distanceToSquare(x, y, rim.inner * Math.SQRT1_2) - rim.rounding;
  return distanceToTriangle(x, y, rim.inner) - rim.rounding;
}

/** The smallest upright box around the shape: x min, y min, x max, y max. */
export function boxOf(shape: Shape): [number, number, number, number] {
  const { inner, rounding } = rimOf(shape);
  const corners = CORNERS[shape.class].map((turn) => shape.angle + turn * 2 * Math.PI);
  const xs = corners.map((angle) => shape.x + inner * Math.cos(angle));
  const ys = corners.map((angle) => shape.y + inner * Math.sin(angle));
  return [
    Math.min(...xs) - rounding,
    Math.min(...ys) - rounding,
    Math.max(...xs) + rounding,
    Math.max(...ys) + rounding,
  ];
}

function distanceToSquare(x: number, y: number, half: number): number {
  return distanceToCorner(Math.abs(x) - half, Math.abs(y) - half);
}

function distanceToCorner(right: number, below: number): number {
  if (right > 0 && below > 0) return Math.sqrt(right * right + below * below);
  return Math.max(right, below);
}

/** Folds the plane at two axes of symmetry, so that the lower side is the nearest one. */
function distanceToTriangle(x: number, y: number, radius: number): number {
  const right = Math.abs(x);
  const beyond = (right - SQRT3 * y) / 2;
  const foldedX = beyond > 0 ? Math.abs(right - beyond) : right;
  const below = (beyond > 0 ? y + SQRT3 * beyond : y) - radius / 2;
  const beside = foldedX - (radius * SQRT3) / 2;
  return beside > 0 ? Math.sqrt(beside * beside + below * below) : below;
}
