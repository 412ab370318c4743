import type { Region } from "../kinds/image.ts";

/** A packed rgb picture that is drawn on. */
export interface Canvas {
  rgb: Uint8Array;
  width: number;
  height: number;
}

/** Red, green, blue, 0..255. */
export type Color = readonly [number, number, number];

/** Fills whole pixels; what lies outside the picture is left out. */
export function fillRect(canvas: Canvas, rect: Region, [r, g, b]: Color): void {
  const { rgb, width } = canvas;
  const { left, top, right, bottom } = clip(canvas, rect);
  if (right <= left || bottom <= top) return;
  const start = (top * width + left) * 3;
  const end = (top * width + right) * 3;
  // Below some width a copy costs more than the pixels.
  const written = right - left <= NARROW ? bottom : top + 1;
  for (let y = top, row = start; y < written; y++, row += 3 * width) {
    for (let at = row; at < row + end - start; at += 3) {
      rgb[at] = r;
      rgb[at + 1] = g;
      rgb[at + 2] = b;
    }
  }
  for (let y = written; y < bottom; y++) rgb.copyWithin((y * width + left) * 3, start, end);
}

const NARROW = 16;

/** Sets one pixel. */
export function fillPixel({ rgb, width, height }: Canvas, x: number, y: number, color: Color): void {
  if (x < 0 || x >= width || y < 0 || y >= height) return;
  const at = (y * width + x) * 3;
  rgb[at] = color[0];
  rgb[at + 1] = color[1];
  rgb[at + 2] = color[2];
}

/** Fills the pixels of one column from `top` to before `bottom`. */
export function fillColumn(
  { rgb, width, height }: Canvas,
  x: number,
  [top, bottom]: readonly [number, number],
  color: Color,
): void {
  if (x < 0 || x >= width) return;
  const [r, g, b] = color;
  const end = (Math.min(height, bottom) * width + x) * 3;
  for (let at = (Math.max(0, top) * width + x) * 3; at < end; at += 3 * width) {
    rgb[at] = r;
    rgb[at + 1] = g;
    rgb[at + 2] = b;
  }
}

/** Coverage 0..255 of each pixel of an area. */
export interface Mask {
  alpha: Uint8Array;
  width: number;
  height: number;
}

/** Paints in one colour through a mask whose upper left corner is at x, y. */
export function fillMask(canvas: Canvas, { alpha, ...area }: Mask & { x: number; y: number }, color: Color): void {
  const { rgb, width } = canvas;
  const { left, top, right, bottom } = clip(canvas, area);
  const [r, g, b] = color;
  for (let y = top; y < bottom; y++) {
    let from = (y - area.y) * area.width + left - area.x;
    let at = (y * width + left) * 3;
    for (let x = left; x < right; x++, at += 3) {
      const coverage = alpha[from++]!;
      if (coverage === 0) continue;
      rgb[at] = mix(rgb[at]!, r, coverage);
      rgb[at + 1] = mix(rgb[at + 1]!, g, coverage);
      rgb[at + 2] = mix(rgb[at + 2]!, b, coverage);
    }
  }
}

/** A value under so much of 255 of another one. */
export function mix(under: number, over: number, coverage: number): number {
  // Rounded, in whole numbers: there are no halves of 255.
  return ((510 * under + 2 * (over - under) * coverage + 255) / 510) | 0;
}

function clip(canvas: Canvas, { x, y, width, height }: Region) {
  return {
    left: Math.max(0, x),
    top: Math.max(0, y),
    right: Math.min(canvas.width, x + width),
    bottom: Math.min(canvas.height, y + height),
  };
}
