import { z } from "zod";
import { addDrawing } from "../../../drawing/blend.ts";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { colorOf } from "../../../drawing/color.ts";
import { strokeLine } from "../../../drawing/lines.ts";
import { fillSpan } from "../../../drawing/strokes.ts";
import { drawText, type TextStyle, textSize } from "../../../drawing/text.ts";
import type { Point } from "../../../kinds/anchor.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { opacityField } from "../area-fields.ts";
import { BLACK, canvasFields, drawingBlock, drawn } from "../drawing-fields.ts";
import { badPoints, pointsOf } from "./zone-points.ts";

export const lineCounterVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/line_counter_visualization@v1",
  summary: "Draws a counting line, and its counts at the first of its ends.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      zone: orRef(z.array(z.unknown()), "list_of_values").describe("The line's ends in pixels, [[x1, y1], [x2, y2]]."),
      color: orRef(z.string(), "string").default("#5bb573").describe("Colour that is added to the picture."),
      thickness: orRef(z.int(), "integer").default(2).describe("Width of the line in pixels."),
      text_thickness: orRef(z.int(), "integer").default(1).describe("Width of the text's strokes in pixels."),
      text_scale: orRef(z.number(), "float").default(1).describe("Size of the text; 1 makes capitals 21 pixels high."),
      count_in: orRef(z.int(), "integer").default(0).describe("How many came in."),
      count_out: orRef(z.int(), "integer").default(0).describe("How many went out."),
      opacity: opacityField().default(0.3).describe("How much of the colour is added: 0 nothing, 1 all."),
    }),
  example: {
    image: "$inputs.image",
    zone: [[0, 360], [1280, 360]], // biome-ignore format: two points
    count_in: "$steps.count.count_in",
    count_out: "$steps.count.count_out",
  },
  run: ({ image, zone, thickness, opacity, ...inputs }, { services, step }) => {
    const [start, end] = pointsOf(zone) ?? [];
    if (start === undefined || end === undefined) {
      throw badPoints("STEP_BAD_LINE", { step, what: "zone", found: zone, expected: "two points in pixels" });
    }
    const color = colorOf(inputs.color, step);
    const style = { scale: inputs.text_scale, thickness: inputs.text_thickness };
    const text = `in: ${inputs.count_in}, out: ${inputs.count_out}`;
    return {
      image: drawn(image, services.pixels, (canvas) => {
        addDrawing(canvas, { color, share: opacity }, (layer, paint) => {
          strokeLine(layer, [start, end], { thickness, color: paint });
        });
        drawCentered(canvas, text, { at: start, ...style });
      }),
    };
  },
});

/** Black on white. */
function drawCentered(canvas: Canvas, text: string, { at: [x, y], ...style }: TextStyle & { at: Point }): void {
  const { width, height } = textSize(text, style);
  const [left, top] = [x - Math.floor(width / 2), y - Math.floor(height / 2)];
  fillSpan(canvas, [left, top, left + width, top + height], WHITE);
  drawText(canvas, text, { x: left, y: y + Math.floor(height / 2), ...style, color: BLACK });
}

const WHITE: Color = [255, 255, 255];
