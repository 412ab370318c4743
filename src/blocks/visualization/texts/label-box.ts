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

export interface LabelPlace extends LinesPlace, TextStyle {
  textColor: Color;
}

export interface LinesPlace {
  at: Point;
  anchor: Anchor;
  padding: number;
  /** Of the corners. */
  radius: number;
  color: Color;
}

/** A text on a box at a point. */
export function drawLabel(canvas: Canvas, text: string, { padding, ...place }: LabelPlace): void {
  const { scale, thickness } = place;
  const lines = text.split(/\r?\n/).map((line): LabelLine => {
    const { width, height } = textSize(line, { scale, thickness });
    const draw = (x: number, y: number) =>
      drawText(canvas, line, { scale, thickness, x, y: y + height, color: place.textColor });
    return { width, height, draw };
  });
  drawLines(canvas, lines, { padding, ...place });
}

/** One line of a label. */
export interface LabelLine {
  width: number;
  height: number;
  /** Draws it, given its upper left corner. */
  draw: (x: number, y: number) => void;
}

/** Lines on a box at a point; padding is around them and between them. */
export function drawLines(canvas: Canvas, lines: readonly LabelLine[], { padding, ...place }: LinesPlace): void {
  const width = Math.max(...lines.map((line) => line.width)) + 2 * padding;
  const height = lines.reduce((sum, line) => sum + line.height + padding, padding);
  const area = placed(place.at, place.anchor, { width, height });
  fillRoundBox(canvas, area, place.radius, place.color);
  let y = area[1] + padding;
  for (const line of lines) {
    line.draw(area[0] + padding, y);
    y += line.height + padding;
  }
}

/** Above a point at the top, below one at the bottom, beside one at a side; nothing keeps it inside of the picture. */
function placed([x, y]: Point, anchor: Anchor, { width, height }: { width: number; height: number }): Corners {
  const [halfWidth, halfHeight] = [Math.floor(width / 2), Math.floor(height / 2)];
  const isBeside = anchor.startsWith("CENTER_") && anchor !== "CENTER_OF_MASS";
  const startsHere = anchor.endsWith("LEFT") !== isBeside;
  const isMiddle = !anchor.endsWith("LEFT") && !anchor.endsWith("RIGHT");
  const [x1, x2] = isMiddle ? [x - halfWidth, x + halfWidth] : startsHere ? [x, x + width] : [x - width, x];
  if (anchor.startsWith("TOP")) return [x1, y - height, x2, y];
  return anchor.startsWith("BOTTOM") ? [x1, y, x2, y + height] : [x1, y - halfHeight, x2, y + halfHeight];
}
