import type { Canvas, Color } from "./canvas.ts";
import { fillInk, type Ink, inkOf } from "./ink.ts";
import { softLine } from "./soft-lines.ts";
import { STROKE_GLYPHS } from "./stroke-glyphs.ts";

export interface TextStyle {
  /** 1 makes capitals 21 pixels high. */
  scale: number;
  /** Width of the strokes in pixels. */
  thickness: number;
}

export interface TextSize {
  width: number;
  /** Above the baseline. */
  height: number;
  /** Below it. */
  depth: number;
}

/** Room that a line of text takes. */
export function textSize(text: string, { scale, thickness }: TextStyle): TextSize {
  const advance = glyphsOf(text).reduce((sum, { left, right }) => sum + right - left, 0);
  return {
    width: Math.round(scale * advance + thickness),
    height: Math.round(CAPITALS * scale + Math.floor((thickness + 1) / 2)),
    depth: Math.round(BASELINE * scale + thickness / 2),
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
export function drawText(canvas: Canvas, text: string, { x, y, color, ...style }: TextPlace): void {
  fillInk(canvas, inkOfText(text, style), { x, y }, color);
}

/** Labels say the same from frame to frame, so the last ones are kept. */
function inkOfText(text: string, style: TextStyle): Ink {
  const key = `${style.scale} ${style.thickness} ${text}`;
  const found = kept.get(key);
  if (found !== undefined) return found;
  const ink = newInk(text, style);
  if (ink.columns.length > LARGEST_KEPT) return ink;
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(key, ink);
  return ink;
}

const kept = new Map<string, Ink>();
/** 12 MiB in all. */
const [MOST_KEPT, LARGEST_KEPT] = [512, 1 << 13];

function newInk(text: string, { scale, thickness }: TextStyle): Ink {
  const margin = Math.ceil(thickness / 2) + 3;
  const above = Math.ceil(ABOVE * scale) + margin;
  const width = within(textSize(text, { scale, thickness }).width + 2 * margin);
  const height = within(above + Math.ceil(BELOW * scale) + margin);
  const mask = { alpha: new Uint8Array(width * height), width, height };
  const size = Math.round(scale * ONE) / ONE;
  let at = margin;
  for (const { left, right, strokes } of glyphsOf(text)) {
    for (const stroke of strokes) {
      const points = stroke.map(([px, py]): Point => [at + (px - left) * size, above + (py - BASELINE) * size]);
      for (let i = 1; i < points.length; i++) softLine(mask, [points[i - 1]!, points[i]!], thickness);
    }
    at += (right - left) * size;
  }
  return inkOf(mask, { left: margin, above });
}

/** Of a size below 0 nothing is drawn. */
function within(pixels: number): number {
  return Math.min(Math.max(0, pixels), MOST_PIXELS);
}

/** The reference measures strokes in such parts of a pixel. */
const ONE = 1 << 16;
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
