import { z } from "zod";
import { type Corners, strokeBox, strokeRoundBox } from "../../../drawing/strokes.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

export const boundingBoxVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/bounding_box_visualization@v1",
  aliases: ["BoundingBoxVisualization"],
  summary: "Draws the boxes of detections.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      thickness: orRef(z.int().min(0), "integer")
        .default(2)
        .describe("Width of the lines in pixels; an even width is one more, and 0 is 1."),
      roundness: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0)
        .describe("Rounding of the corners: 0 square, 1 with half of the shorter side as radius."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", thickness: 3 },
  run: ({ thickness, roundness, ...inputs }, context) => {
    return drawnItems(inputs, context, (canvas, { box }, color) => {
      const corners = wholeCorners(box);
      if (roundness > 0) strokeRoundBox(canvas, corners, { radius: radiusOf(corners, roundness), thickness, color });
      else strokeBox(canvas, corners, { thickness, color });
    });
  },
});

function radiusOf([x1, y1, x2, y2]: Corners, roundness: number): number {
  const side = Math.min(Math.abs(x2 - x1), Math.abs(y2 - y1));
  return Math.trunc(Math.floor(side / 2) * roundness);
}
