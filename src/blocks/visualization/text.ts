import { type Canvas, type Color, fillMask } from "./canvas.ts";
import { type Face, glyphMask } from "./face.ts";

export interface TextSize {
  width: number;
  height: number;
}

/** Room for a line of text with padding around its capitals; what hangs below them uses the padding. */
export function paddedSize(text: string, face: Face, padding: number): TextSize {
  const capitals = Math.round(face.height * CAPITALS);
  const width = [...text].length * face.width + 2 * padding;
  return { width, height: Math.max(face.height, capitals + 2 * padding) };
}

/** Height of capitals, which stand in the middle of a glyph, as a part of the glyph's. */
const CAPITALS = 0.6;

/** Where and how a text is written; x, y is its upper left corner. */
export interface TextStyle {
  x: number;
  y: number;
  face: Face;
  color: Color;
}

/** Draws one line of text. */
export function drawText(canvas: Canvas, text: string, { x, y, face, color }: TextStyle): void {
  let left = x;
  for (const character of text) {
    const alpha = glyphMask(face, character.codePointAt(0)!);
    fillMask(canvas, { x: left, y, alpha, width: face.width, height: face.height }, color);
    left += face.width;
  }
}
