import { roundHalfEven } from "../base/round-half-even.ts";
import { boxMean } from "../vision/filters/box-mean.ts";
import { newRaster, type Size } from "../vision/raster.ts";
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
  private readonly touched: Uint8Array;
  private readonly size: Size;
  private most = 0;
  private mixed: { opacity: number; table: Uint8ClampedArray } = {
    opacity: Number.NaN,
    table: new Uint8ClampedArray(),
  };

  constructor({ width, height }: Size) {
    this.size = { width, height };
    this.counts = new Float32Array(width * height);
    this.touched = new Uint8Array(width * height);
  }

  fits({ width, height }: Size): boolean {
    return width === this.size.width && height === this.size.height;
  }

  /** Adds one to all pixels around the points; where discs of one call overlap, one as well. */
  add(points: readonly Point[], radius: number): void {
    const { width, height } = this.size;
    if (points.length === 0 || radius < 0) return;
    const { touched, counts } = this;
    touched.fill(0);
    const rows = discRows(radius);
    for (const [x, y] of points) {
      for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
        const half = rows[Math.abs(row - y)]!;
        const [from, to] = [Math.max(0, x - half), Math.min(width, x + half + 1)];
        if (from < to) touched.fill(1, row * width + from, row * width + to);
      }
    }
    for (let at = touched.indexOf(1); at >= 0; at = touched.indexOf(1, at)) {
      for (; touched[at] === 1; at++) this.most = Math.max(this.most, ++counts[at]!);
    }
  }

  /** Covers touched places with colours from the low to the top hue. */
  paint({ rgb }: Canvas, { opacity, kernel, topHue, lowHue }: Look): void {
    const { counts, most } = this;
    if (most === 0) return;
    const hues = newRaster(this.size, 1);
    for (let at = 0; at < counts.length; at++) {
      hues.data[at] = Math.trunc(lowHue - (counts[at]! / most) * (lowHue - topHue));
    }
    if (this.mixed.opacity !== opacity) this.mixed = { opacity, table: mixTable(opacity) };
    const { table } = this.mixed;
    const blurred = boxMean(hues, kernel, "mirror").data;
    for (let at = 0; at < counts.length; at++) {
      if (counts[at] === 0) continue;
      const hue = blurred[at]! * 3;
      for (let channel = 0, i = at * 3; channel < 3; channel++, i++)
        rgb[i] = table[HUES[hue + channel]! * 256 + rgb[i]!]!;
    }
  }
}

/** What becomes of a colour over a value below it, 256 values for each colour. */
function mixTable(opacity: number): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: 1 << 16 }, (_, i) =>
    roundHalfEven(opacity * (i >> 8) + (1 - opacity) * (i & 255)),
  );
}

/** Full colours by half the degrees of their hue. */
const HUES = Uint8Array.from({ length: 256 * 3 }, (_, i) => {
  const sector = (Math.floor(i / 3) / 30) % 6;
  const place = (sector + [0, 4, 2][i % 3]!) % 6;
  return Math.round(255 * Math.min(1, Math.max(0, Math.abs(place - 3) - 1)));
});
