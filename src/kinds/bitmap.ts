import type { Detection } from "./detections.ts";
import { pixelsOf } from "./mask.ts";

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

/** The mask that a detection carries as pixels, null for one that has none. */
export function bitmapOf({ mask }: Detection): Bitmap | null {
  if (mask === undefined) return null;
  return { x: mask.x, y: mask.y, width: mask.width, height: mask.height, bits: pixelsOf(mask) };
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
