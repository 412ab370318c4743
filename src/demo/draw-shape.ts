import { boxOf, distanceToRim, type Rim, rimOf, type Shape } from "./shape.ts";

/** A picture of packed rows of 3 bytes a pixel, red first. */
export interface Canvas {
  rgb: Uint8Array;
  width: number;
  height: number;
}

const SHADOW = { right: 3, down: 5, blur: 7, strength: 0.5 };
/** How far in pixels the drawing can reach beyond the shape's box. */
export const SHADOW_REACH = SHADOW.down + SHADOW.blur;

/** Draws the shape with smooth edges, and its soft shadow on what is below it. */
export function drawShape(canvas: Canvas, shape: Shape): void {
  const pen: Pen = { rgb: canvas.rgb, at: 0, shape, rim: rimOf(shape) };
  const box = boxOf(shape);
  const left = Math.max(0, Math.floor(box[0] - SHADOW.blur));
  const right = Math.min(canvas.width, Math.ceil(box[2] + SHADOW.right + SHADOW.blur));
  const bottom = Math.min(canvas.height, Math.ceil(box[3] + SHADOW_REACH));
  for (let row = Math.max(0, Math.floor(box[1] - SHADOW.blur)); row < bottom; row++) {
    const dy = row + 0.5 - shape.y;
    pen.at = (row * canvas.width + left) * 3;
    for (let column = left; column < right; column++, pen.at += 3) drawPixel(pen, column + 0.5 - shape.x, dy);
  }
}

interface Pen {
  rgb: Uint8Array;
  /** Byte of the pixel to draw. */
  at: number;
  shape: Shape;
  rim: Rim;
}

function drawPixel(pen: Pen, dx: number, dy: number): void {
  const { rgb, at, shape } = pen;
  const distance = distanceToRim(pen.rim, dx, dy);
  if (distance > SHADOW_REACH + SHADOW.right) return;
  const body = clamp(0.5 - distance);
  const shade = body > 0 ? shadeAt(pen, distance, dx, dy) * body : 0;
  const below = body < 1 ? (1 - body) * lightAt(pen, dx, dy) : 0;
  rgb[at] = Math.min(255, rgb[at]! * below + shape.color[0] * shade + 0.5);
  rgb[at + 1] = Math.min(255, rgb[at + 1]! * below + shape.color[1] * shade + 0.5);
  rgb[at + 2] = Math.min(255, rgb[at + 2]! * below + shape.color[2] * shade + 0.5);
}

/** Brightness of the shape's own colour: lit from the upper left, a darker rim, and the marks of its class. */
function shadeAt(pen: Pen, distance: number, dx: number, dy: number): number {
  const { radius } = pen.shape;
  const slope = 1 - (0.14 * (dx + 1.4 * dy)) / radius;
  const rim = 1 - 0.3 * clamp((distance + 2.5) / 1.5);
  return slope * rim * markAt(pen, distance, dx * pen.rim.cos + dy * pen.rim.sin);
}

/** A strip of tape on squares, a lid on circles, a raised middle on triangles. */
function markAt(pen: Pen, distance: number, localX: number): number {
  const { radius } = pen.shape;
  if (pen.shape.class === "square") return 1 + 0.2 * clamp(radius * 0.13 - Math.abs(localX) + 0.5);
  if (pen.shape.class === "circle") return 1 - 0.22 * clamp(2 - Math.abs(distance + radius * 0.42));
  return 1 + 0.16 * clamp(-distance - radius * 0.2 + 0.5);
}

/** What the shadow leaves of the light. */
function lightAt(pen: Pen, dx: number, dy: number): number {
  const inside = clamp(0.5 - distanceToRim(pen.rim, dx - SHADOW.right, dy - SHADOW.down) / (2 * SHADOW.blur));
  return 1 - SHADOW.strength * inside * inside * (3 - 2 * inside);
}

function clamp(share: number): number {
  return Math.max(0, Math.min(1, share));
}
