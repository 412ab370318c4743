import { boxMean } from "../vision/box-mean.ts";
import { newRaster, type Size } from "../vision/raster.ts";
import { roundHalfEven } from "./blend.ts";
import type { Canvas } from "./canvas.ts";
import { discRows } from "./strokes.ts";

type Point = readonly [x: number, y: number];

interface Look {
  opacity: number;
  /** Pixels on a side of the square that hues are blurred by. */
  kernel: number;
  topHue: number;
  lowHue: number;
}

/** How often places of a picture were touched. */
export class Heat {
  private readonly counts: Float32Array;
  private readonly size: Size;

  constructor({ width, height }: Size) {
    this.size = { width, height };
    this.counts = new Float32Array(width * height);
  }

  fits({ width, height }: Size): boolean {
    return width === this.size.width && height === this.size.height;
  }

  /** Adds one to all pixels around the points; where discs of one call overlap, one as well. */
  add(points: readonly Point[], radius: number): void {
    const { width, height } = this.size;
    if (points.length === 0 || radius < 0) return;
    const touched = new Uint8Array(width * height);
    const rows = discRows(radius);
    for (const [x, y] of points) {
      for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
        const half = rows[Math.abs(row - y)]!;
        const [from, to] = [Math.max(0, x - half), Math.min(width, x + half + 1)];
        if (from < to) touched.fill(1, row * width + from, row * width + to);
      }
    }
    for (let at = 0; at < touched.length; at++) this.counts[at]! += touched[at]!;
  }

  /** Covers touched places with colours from the low to the top hue. */
  paint({ rgb }: Canvas, { opacity, kernel, topHue, lowHue }: Look): void {
    const { counts } = this;
    const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
    if (most === 0) return;
    const hues = newRaster(this.size, 1);
    for (let at = 0; at < counts.length; at++) {
      hues.data[at] = Math.trunc(lowHue - (counts[at]! / most) * (lowHue - topHue));
    }
    const blurred = boxMean(hues, kernel, "mirror").data;
    for (let at = 0; at < counts.length; at++) {
      if (counts[at] === 0) continue;
      const hue = blurred[at]! * 3;
      for (let channel = 0; channel < 3; channel++) {
        const i = at * 3 + channel;
        rgb[i] = roundHalfEven(opacity * HUES[hue + channel]! + (1 - opacity) * rgb[i]!);
      }
    }
  }
}

/** Full colours by half the degrees of their hue. */
const HUES = Uint8Array.from({ length: 256 * 3 }, (_, i) => {
  const sector = (Math.floor(i / 3) / 30) % 6;
  const place = (sector + [0, 4, 2][i % 3]!) % 6;
  return Math.round(255 * Math.min(1, Math.max(0, Math.abs(place - 3) - 1)));
});
