import { blendTables } from "./blend.ts";
import type { Canvas, Color } from "./canvas.ts";
import type { Corners } from "./strokes.ts";

/** Which of several colours lies uppermost on each pixel, before any is mixed with the picture. */
export class Tint {
  /** The place of a colour and one, 0 for none. */
  private readonly top: Uint8Array | Uint32Array;
  private readonly width: number;
  private readonly height: number;

  constructor({ width, height }: { width: number; height: number }, colors: number) {
    this.width = width;
    this.height = height;
    this.top = colors < 255 ? new Uint8Array(width * height) : new Uint32Array(width * height);
  }

  /** Lays a colour on a column of pixels, from the first to before the last. */
  column(x: number, [from, to]: readonly [number, number], place: number): void {
    if (x < 0 || x >= this.width) return;
    const end = Math.min(this.height, to) * this.width + x;
    for (let at = Math.max(0, from) * this.width + x; at < end; at += this.width) this.top[at] = place + 1;
  }

  /** Lays a colour on a box whose right and lower edges belong to it. */
  box([x1, y1, x2, y2]: Corners, place: number): void {
    const [left, right] = [Math.max(0, x1), Math.min(this.width, x2 + 1)];
    if (left >= right) return;
    for (let y = Math.max(0, y1); y < Math.min(this.height, y2 + 1); y++) {
      this.top.fill(place + 1, y * this.width + left, y * this.width + right);
    }
  }

  /** Mixes the uppermost colours with the picture. */
  paint({ rgb }: Canvas, colors: readonly Color[], opacity: number): void {
    const tables = colors.map((color) => blendTables(color, opacity));
    const { top } = this;
    for (let at = 0; at < top.length; at++) {
      const place = top[at]!;
      if (place === 0) continue;
      const table = tables[place - 1]!;
      const i = at * 3;
      rgb[i] = table[rgb[i]!]!;
      rgb[i + 1] = table[256 + rgb[i + 1]!]!;
      rgb[i + 2] = table[512 + rgb[i + 2]!]!;
    }
  }
}
