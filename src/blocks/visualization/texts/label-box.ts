import { z } from "zod";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { type Corners, fillRoundBox } from "../../../drawing/strokes.ts";
import { drawText, type TextStyle, textSize } from "../../../drawing/text.ts";
import type { Anchor, Point } from "../../../kinds/anchor.ts";
import type { orRef } from "../../contract/fields.ts";

/** Fields of every block that writes labels, given what each of them takes beside literals. */
export function labelFields(or: typeof orRef) {
  return {
    text_color: or(z.string(), "string").default("WHITE").describe("Colour of the text."),
    text_scale: or(z.number().positive(), "float")
      .default(1)
      .describe("Size of the text; 1 makes capitals 21 pixels high."),
    text_thickness: or(z.int().min(1), "integer").default(1).describe("Width of the strokes in pixels."),
    text_padding: or(z.int().min(0), "integer").default(10).describe("Pixels around the text."),
    border_radius: or(z.int().min(0), "integer").default(0).describe("Radius of the label's corners in pixels."),
  };
}

export interface LabelPlace extends LabelStyle {
  at: Point;
  anchor: Anchor;
  /** Of the corners. */
  radius: number;
  color: Color;
  textColor: Color;
}

/** A text on a box at a point. */
export function drawLabel(
  canvas: Canvas,
  text: string,
  { at, anchor, radius, color, textColor, ...style }: LabelPlace,
): void {
  const label = labelOf(text, style);
  const area = placed(at, anchor, label);
  fillRoundBox(canvas, area, radius, color);
  drawLines(canvas, label, { x: area[0], y: area[1], color: textColor, ...style });
}

interface LabelStyle extends TextStyle {
  padding: number;
}

interface Label {
  lines: { text: string; height: number }[];
  width: number;
  height: number;
}

/** Padding is around the text and between its lines. */
function labelOf(text: string, { padding, ...style }: LabelStyle): Label {
  const measured = text.split(/\r?\n/).map((line) => ({ text: line, ...textSize(line, style) }));
  return {
    lines: measured,
    width: Math.max(...measured.map(({ width }) => width)) + 2 * padding,
    height: measured.reduce((sum, { height }) => sum + height + padding, padding),
  };
}

function drawLines(canvas: Canvas, { lines }: Label, style: LabelStyle & { x: number; y: number; color: Color }): void {
  let { y } = style;
  for (const { text, height } of lines) {
    y += style.padding + height;
    drawText(canvas, text, { ...style, x: style.x + style.padding, y });
  }
}

/** Above a point at the top, below one at the bottom, beside one at a side; nothing keeps it inside of the picture. */
function placed([x, y]: Point, anchor: Anchor, { width, height }: Label): Corners {
  const [halfWidth, halfHeight] = [Math.floor(width / 2), Math.floor(height / 2)];
  const isBeside = anchor.startsWith("CENTER_") && anchor !== "CENTER_OF_MASS";
  const startsHere = anchor.endsWith("LEFT") !== isBeside;
  const isMiddle = !anchor.endsWith("LEFT") && !anchor.endsWith("RIGHT");
  const [x1, x2] = isMiddle ? [x - halfWidth, x + halfWidth] : startsHere ? [x, x + width] : [x - width, x];
  if (anchor.startsWith("TOP")) return [x1, y - height, x2, y];
  return anchor.startsWith("BOTTOM") ? [x1, y, x2, y + height] : [x1, y - halfHeight, x2, y + halfHeight];
}
