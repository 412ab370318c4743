import { z } from "zod";
import type { Canvas, Color } from "../../drawing/canvas.ts";
import { colorOf } from "../../drawing/color.ts";
import { type Corners, fillRoundBox } from "../../drawing/strokes.ts";
import { drawText, type TextStyle, textSize } from "../../drawing/text.ts";
import { ANCHORS, type Anchor, type Point, pointOf } from "../../kinds/anchor.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { colorsOf, drawingFields, drawn } from "./drawing-fields.ts";
import { LABEL_TEXTS, labelTexts } from "./label-text.ts";

export const labelVisualizationV1 = defineBlock({
  type: "roboflow_core/label_visualization@v1",
  aliases: ["LabelVisualization"],
  category: "visualization",
  summary: "Writes labels beside the boxes of detections.",
  inputs: z.object({
    ...drawingFields,
    text: orRef(z.enum(LABEL_TEXTS), "string").default("Class").describe("What the label tells."),
    text_position: orRef(z.enum(ANCHORS), "string")
      .default("TOP_LEFT")
      .describe("Point of the box that the label lies at, outside the box except at its centre."),
    text_color: orRef(z.string(), "string").default("WHITE").describe("Colour of the text."),
    text_scale: orRef(z.number().positive(), "float")
      .default(1)
      .describe("Size of the text; 1 makes capitals 21 pixels high."),
    text_thickness: orRef(z.int().min(1), "integer").default(1).describe("Width of the strokes in pixels."),
    text_padding: orRef(z.int().min(0), "integer").default(10).describe("Pixels around the text."),
    border_radius: orRef(z.int().min(0), "integer").default(0).describe("Radius of the label's corners in pixels."),
  }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", text: "Class and Confidence" },
  run: ({ image, predictions, ...inputs }, { services, step }) => {
    const { items } = predictions;
    const texts = labelTexts(items, inputs.text);
    const colors = colorsOf(items, inputs, step);
    const color = colorOf(inputs.text_color, step);
    const style = { scale: inputs.text_scale, thickness: inputs.text_thickness, padding: inputs.text_padding };
    const draw = (canvas: Canvas) => {
      items.forEach((item, i) => {
        const label = labelOf(texts[i]!, style);
        const at = wholePoint(pointOf(item, inputs.text_position, step));
        const area = placed(at, inputs.text_position, label);
        fillRoundBox(canvas, area, inputs.border_radius, colors[i]!);
        drawLines(canvas, label, { x: area[0], y: area[1], color, ...style });
      });
    };
    return { image: drawn(image, services.pixels, draw) };
  },
});

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

function wholePoint([x, y]: Point): Point {
  return [Math.trunc(x), Math.trunc(y)];
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
