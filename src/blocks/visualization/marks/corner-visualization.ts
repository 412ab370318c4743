import { z } from "zod";
import { strokeLine } from "../../../drawing/lines.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

export const cornerVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/corner_visualization@v1",
  aliases: ["CornerVisualization"],
  summary: "Draws the corners of the boxes of detections.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      thickness: orRef(z.int(), "integer")
        .default(4)
        .describe("Width of the lines in pixels; an even width is one more, and 0 is 1."),
      corner_length: orRef(z.int(), "integer")
        .default(15)
        .describe("Length of each line in pixels; those of a small box cross."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", corner_length: 20 },
  run: ({ thickness, corner_length: length, ...inputs }, context) => {
    return drawnItems(inputs, context, (canvas, { box }, color) => {
      const [left, top, right, bottom] = wholeCorners(box);
      for (const x of [left, right]) {
        for (const y of [top, bottom]) {
          const ends = [
            [x === left ? x + length : x - length, y],
            [x, y === top ? y + length : y - length],
          ] as const;
          for (const end of ends) strokeLine(canvas, [[x, y], end], { thickness, color });
        }
      }
    });
  },
});
