import { z } from "zod";
import { type Corners, strokeBox, strokeRoundBox } from "../../drawing/strokes.ts";
import type { Detection } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { colorsOf, drawingFields, drawn } from "./drawing-fields.ts";

export const boundingBoxVisualizationV1 = defineBlock({
  type: "roboflow_core/bounding_box_visualization@v1",
  aliases: ["BoundingBoxVisualization"],
  category: "visualization",
  summary: "Draws the boxes of detections.",
  inputs: z.object({
    ...drawingFields,
    thickness: orRef(z.int().min(0), "integer")
      .default(2)
      .describe("Width of the lines in pixels; an even width is one more, and 0 is 1."),
    roundness: orRef(z.number().min(0).max(1), "float_zero_to_one")
      .default(0)
      .describe("Rounding of the corners: 0 square, 1 with half of the shorter side as radius."),
  }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", thickness: 3 },
  run: ({ image, predictions, thickness, roundness, ...inputs }, { services, step }) => {
    const colors = colorsOf(predictions.items, inputs, step);
    return {
      image: drawn(image, services.pixels, (canvas) => {
        predictions.items.forEach(({ box }, i) => {
          const corners = wholeCorners(box);
          const line = { thickness, color: colors[i]! };
          if (roundness > 0) strokeRoundBox(canvas, corners, { radius: radiusOf(corners, roundness), ...line });
          else strokeBox(canvas, corners, line);
        });
      }),
    };
  },
});

/** Fractions of pixels are cut off, as in the reference. */
function wholeCorners([x1, y1, x2, y2]: Detection["box"]): Corners {
  return [Math.trunc(x1), Math.trunc(y1), Math.trunc(x2), Math.trunc(y2)];
}

function radiusOf([x1, y1, x2, y2]: Corners, roundness: number): number {
  const side = Math.min(Math.abs(x2 - x1), Math.abs(y2 - y1));
  return Math.trunc(Math.floor(side / 2) * roundness);
}
