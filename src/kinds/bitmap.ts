import type { Detection } from "./detections.ts";
import { pixelsOf } from "./mask.ts";
import { decodeRle } from "./rle.ts";

/** Pixels that belong to an object, in a rectangle of its picture. */
export interface Bitmap {
  x: number;
  y: number;
  width: number;
  height: number;
  /** 1 for each pixel of the object, row after row. */
  bits: Uint8Array;
}

type Point = readonly [number, number];

/** The mask that a detection carries, as run lengths or as a polygon; null for one that has none. */
export function bitmapOf({ mask, data }: Detection): Bitmap | null {
  if (mask !== undefined) return { x: mask.x, y: mask.y, width: mask.width, height: mask.height, bits: pixelsOf(mask) };
  const runs = decodeRle(data?.["rle_mask"] ?? data?.["rle"]);
  if (runs !== null) return { x: 0, y: 0, ...runs };
  const points = pointsOf(data?.["points"]);
  return points === null ? null : fillPolygon(points);
}

/** The middle of all its pixels, null for an empty one. */
export function centerOfMass({ x, y, width, bits }: Bitmap): Point | null {
  let [count, sumX, sumY] = [0, 0, 0];
  for (const [at, bit] of bits.entries()) {
    if (bit === 0) continue;
    count++;
    sumX += at % width;
    sumY += Math.floor(at / width);
  }
  return count === 0 ? null : [x + sumX / count + 0.5, y + sumY / count + 0.5];
}

export function pixelCount({ bits }: Bitmap): number {
  return bits.reduce((sum, bit) => sum + bit, 0);
}

/** Whether a pixel of the picture belongs to the object. */
export function isInBitmap({ x, y, width, height, bits }: Bitmap, atX: number, atY: number): boolean {
  const [column, row] = [atX - x, atY - y];
  return column >= 0 && column < width && row >= 0 && row < height && bits[row * width + column] === 1;
}

function pointsOf(value: unknown): Point[] | null {
  if (!Array.isArray(value) || value.length < 3) return null;
  const points = value.map(pointOf);
  return points.every((point) => point !== null) ? points : null;
}

/** On the grid of pixels, halves to the even one. */
function pointOf(value: unknown): Point | null {
  const fields = value as { x?: unknown; y?: unknown } | null;
  const [x, y] = Array.isArray(value) ? (value as unknown[]) : [fields?.x, fields?.y];
  return typeof x === "number" && typeof y === "number" ? [roundHalfEven(x), roundHalfEven(y)] : null;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Everything inside by the even-odd rule, the outline included. */
function fillPolygon(points: readonly Point[]): Bitmap {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - x + 1, Math.max(...ys) - y + 1];
  const bitmap = { x, y, width, height, bits: new Uint8Array(width * height) };
  const moved = points.map(([px, py]): Point => [px - x, py - y]);
  const edges = moved.map((point, i): readonly [Point, Point] => [point, moved[(i + 1) % moved.length] ?? point]);
  for (let row = 0; row < height; row++) fillRow(bitmap, edges, row);
  for (const edge of edges) drawEdge(bitmap, edge);
  return bitmap;
}

type Edge = readonly [Point, Point];

function fillRow({ width, bits }: Bitmap, edges: readonly Edge[], row: number): void {
  const crossings = edges.flatMap(([[xa, ya], [xb, yb]]) => {
    const isCrossed = ya <= row !== yb <= row;
    return isCrossed ? [xa + ((row - ya) * (xb - xa)) / (yb - ya)] : [];
  });
  crossings.sort((a, b) => a - b);
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const [from = 0, to = 0] = crossings.slice(i, i + 2);
    bits.fill(1, row * width + Math.ceil(from), row * width + Math.floor(to) + 1);
  }
}

function drawEdge({ width, bits }: Bitmap, [[xa, ya], [xb, yb]]: Edge): void {
  const steps = Math.max(Math.abs(xb - xa), Math.abs(yb - ya));
  for (let i = 0; i <= steps; i++) {
    const share = steps === 0 ? 0 : i / steps;
    const [x, y] = [Math.round(xa + share * (xb - xa)), Math.round(ya + share * (yb - ya))];
    bits[y * width + x] = 1;
  }
}
