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
  const tables = color.map((over) =>
    Uint8Array.from({ length: 256 }, (_, under) => limited(share * over + (1 - share) * under)),
  );
  const [reds, greens, blues] = tables as [Uint8Array, Uint8Array, Uint8Array];
  for (let i = 0; i < rgb.length; i += 3) {
    rgb[i] = reds[rgb[i]!]!;
    rgb[i + 1] = greens[rgb[i + 1]!]!;
    rgb[i + 2] = blues[rgb[i + 2]!]!;
  }
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
  const [r, g, b] = color.map((channel) => channel * share) as [number, number, number];
  for (let i = 0; i < rgb.length; i += 3) {
    if (drawn.rgb[i] === 0) continue;
    rgb[i] = limited(rgb[i]! + r);
    rgb[i + 1] = limited(rgb[i + 1]! + g);
    rgb[i + 2] = limited(rgb[i + 2]! + b);
  }
}

function limited(value: number): number {
  return Math.min(255, Math.max(0, roundHalfEven(value)));
}

export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below & 1) : Math.round(value);
}
