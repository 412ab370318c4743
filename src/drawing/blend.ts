import { roundHalfEven } from "../base/round-half-even.ts";
import type { Canvas, Color } from "./canvas.ts";

/** Mixes a picture with another one of its size: `share` of the other, the rest of its own; halves go to the even neighbour. */
export function blend({ rgb }: Canvas, over: Uint8Array, share: number): void {
  const rest = 1 - share;
  for (let i = 0; i < rgb.length; i++) {
    const [above, below] = [over[i]!, rgb[i]!];
    if (above !== below) rgb[i] = limited(share * above + rest * below);
  }
}

/** Covers the whole picture with a share of one colour. */
export function blendColor({ rgb }: Canvas, color: Color, share: number): void {
  const table = blendTables(color, share);
  for (let i = 0; i < rgb.length; i += 3) {
    rgb[i] = table[rgb[i]!]!;
    rgb[i + 1] = table[256 + rgb[i + 1]!]!;
    rgb[i + 2] = table[512 + rgb[i + 2]!]!;
  }
}

/** What becomes of each value under a share of a colour: 256 for red, for green and for blue. */
export function blendTables(color: Color, share: number): Uint8Array {
  return Uint8Array.from({ length: 3 * 256 }, (_, i) => limited(share * color[i >> 8]! + (1 - share) * (i & 255)));
}

/** Adds a share of a colour wherever `draw` paints; what becomes more than white is white. */
export function addDrawing(
  canvas: Canvas,
  { color, share }: { color: Color; share: number },
  draw: (canvas: Canvas, color: Color) => void,
): void {
  const { rgb, width, height } = canvas;
  const drawn = { rgb: new Uint8Array(rgb.length), width, height };
  draw(drawn, [1, 1, 1]);
  const table = Uint8Array.from({ length: 3 * 256 }, (_, i) => limited(color[i >> 8]! * share + (i & 255)));
  const flags = drawn.rgb;
  for (let i = 0; i < flags.length; i += 3) {
    if (flags[i] === 0) continue;
    rgb[i] = table[rgb[i]!]!;
    rgb[i + 1] = table[256 + rgb[i + 1]!]!;
    rgb[i + 2] = table[512 + rgb[i + 2]!]!;
  }
}

function limited(value: number): number {
  return Math.min(255, Math.max(0, roundHalfEven(value)));
}
