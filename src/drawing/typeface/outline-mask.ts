import type { Mask } from "../canvas.ts";

/** Straight pieces of outlines in pixels: x and y of the start, x and y of the end. */
export type Segments = readonly number[];

/**
 * Coverage of what closed outlines enclose. Each piece adds to a pixel the area that it leaves at its right, and to the next one the
 * rest, so that the sum along a row is the coverage; where outlines of one direction overlap it is more than all, and cut.
 */
export function outlineMask(segments: Segments, { width, height }: { width: number; height: number }): Mask {
  const areas = new Float32Array(width * height + 2);
  for (let i = 0; i < segments.length; i += 4) {
    addPiece(areas, { width, height }, [segments[i]!, segments[i + 1]!, segments[i + 2]!, segments[i + 3]!]);
  }
  const alpha = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let at = y * width; at < (y + 1) * width; at++) {
      sum += areas[at]!;
      alpha[at] = Math.min(255, Math.round(Math.abs(sum) * 255));
    }
  }
  return { alpha, width, height };
}

type Piece = readonly [x1: number, y1: number, x2: number, y2: number];

function addPiece(areas: Float32Array, size: { width: number; height: number }, piece: Piece): void {
  if (piece[1] === piece[3]) return;
  const direction = piece[1] < piece[3] ? 1 : -1;
  const [x1, y1, x2, y2] = direction === 1 ? piece : [piece[2], piece[3], piece[0], piece[1]];
  const slope = (x2 - x1) / (y2 - y1);
  const last = Math.min(size.height, Math.ceil(y2));
  for (let row = Math.max(0, Math.floor(y1)); row < last; row++) {
    const [from, to] = [Math.max(row, y1), Math.min(row + 1, y2)];
    const [a, b] = [x1 + (from - y1) * slope, x1 + (to - y1) * slope];
    addRow(
      areas,
      { start: row * size.width, width: size.width, cover: direction * (to - from) },
      Math.min(a, b),
      Math.max(a, b),
    );
  }
}

interface Row {
  start: number;
  width: number;
  /** Height of the piece within the row, with its direction. */
  cover: number;
}

/** A piece that goes from `left` to `right` within one row. */
function addRow(areas: Float32Array, { start, width, cover }: Row, left: number, right: number): void {
  const slope = right > left ? cover / (right - left) : 0;
  const last = Math.min(width - 1, Math.floor(right));
  for (let x = Math.max(0, Math.floor(left)); x <= last; x++) {
    const [from, to] = [Math.max(x, left), Math.min(x + 1, right)];
    const part = slope === 0 ? cover : slope * (to - from);
    const beyond = part * ((from + to) / 2 - x);
    areas[start + x]! += part - beyond;
    if (x + 1 < width) areas[start + x + 1]! += beyond;
  }
}
