import { type Canvas, type Color, fillMask } from "./canvas.ts";
import { STROKE_GLYPHS } from "./stroke-glyphs.ts";

export interface TextStyle {
  /** 1 makes capitals 21 pixels high. */
  scale: number;
  /** Width of the strokes in pixels. */
  thickness: number;
}

/** Room that a line of text takes: its width, and its height above the baseline. */
export function textSize(text: string, { scale, thickness }: TextStyle): { width: number; height: number } {
  const advance = glyphsOf(text).reduce((sum, { left, right }) => sum + right - left, 0);
  return {
    width: Math.round(scale * advance + thickness),
    height: Math.round(CAPITALS * scale + Math.floor((thickness + 1) / 2)),
  };
}

/** Height of capitals, and of the baseline in the coordinates of glyphs. */
const [CAPITALS, BASELINE] = [21, 9];
/** Strokes reach so far above and below the baseline at scale 1. */
const [ABOVE, BELOW] = [26, 10];

export interface TextPlace extends TextStyle {
  x: number;
  /** Of the baseline. */
  y: number;
  color: Color;
}

/** Draws one line of text with smooth strokes. */
export function drawText(canvas: Canvas, text: string, { x, y, scale, thickness, color }: TextPlace): void {
  const margin = Math.ceil(thickness / 2) + 2;
  const { width } = textSize(text, { scale, thickness });
  const above = Math.ceil(ABOVE * scale) + margin;
  const mask = {
    x: x - margin,
    y: y - above,
    width: Math.min(width + 2 * margin, MOST_PIXELS),
    height: Math.min(above + Math.ceil(BELOW * scale) + margin, MOST_PIXELS),
  };
  const alpha = new Uint8Array(mask.width * mask.height);
  let at = margin;
  for (const { left, right, strokes } of glyphsOf(text)) {
    for (const stroke of strokes) {
      const points = stroke.map(([px, py]): Point => [at + (px - left) * scale, above + (py - BASELINE) * scale]);
      strokeLine({ alpha, ...mask }, points, halfWidth(thickness));
    }
    at += (right - left) * scale;
  }
  fillMask(canvas, { alpha, ...mask }, color);
}

/** The strokes of the reference are wider than they are asked to be. */
function halfWidth(thickness: number): number {
  return thickness === 1 ? 0.62 : Math.floor((thickness + 1) / 2) + 0.5;
}

/** Of a mask, whatever size data may ask for. */
const MOST_PIXELS = 8192;

type Point = readonly [number, number];

interface Glyph {
  left: number;
  right: number;
  strokes: readonly (readonly Point[])[];
}

const FIRST = 32;
const ORIGIN = "R".charCodeAt(0);
const QUESTION_MARK = "?".charCodeAt(0) - FIRST;
const glyphs: Glyph[] = STROKE_GLYPHS.map(parse);

/** One for each byte, as in the reference: what is no ASCII shows as question marks. */
function glyphsOf(text: string): Glyph[] {
  return Array.from(Buffer.from(text, "utf8"), (byte) => glyphs[byte - FIRST] ?? glyphs[QUESTION_MARK]!);
}

function parse(code: string): Glyph {
  const number = (at: number) => code.charCodeAt(at) - ORIGIN;
  const strokes = code
    .slice(2)
    .split(" ")
    .filter((stroke) => stroke !== "")
    .map((stroke) =>
      Array.from({ length: stroke.length / 2 }, (_, i): Point => {
        return [stroke.charCodeAt(2 * i) - ORIGIN, stroke.charCodeAt(2 * i + 1) - ORIGIN];
      }),
    );
  return { left: number(0), right: number(1), strokes };
}

/** Edges fade over so many pixels on each side. */
const SOFT = 0.6;

interface Mask {
  alpha: Uint8Array;
  width: number;
  height: number;
}

/** Pixels are covered by how near their centres lie to the line. */
function strokeLine(mask: Mask, points: readonly Point[], half: number): void {
  for (const [i, from] of points.entries()) {
    const to = points[i + 1];
    if (to !== undefined) strokeSegment(mask, [from, to], half);
  }
}

function strokeSegment(
  { alpha, width, height }: Mask,
  [[x1, y1], [x2, y2]]: readonly [Point, Point],
  half: number,
): void {
  const reach = half + SOFT;
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const [left, right] = [
    Math.max(0, Math.ceil(Math.min(x1, x2) - reach)),
    Math.min(width - 1, Math.max(x1, x2) + reach),
  ];
  const [top, bottom] = [
    Math.max(0, Math.ceil(Math.min(y1, y2) - reach)),
    Math.min(height - 1, Math.max(y1, y2) + reach),
  ];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
      const distance = Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
      const coverage = Math.round(255 * Math.min(1, Math.max(0, (reach - distance) / (2 * SOFT))));
      const at = y * width + x;
      if (coverage > alpha[at]!) alpha[at] = coverage;
    }
  }
}
