import { z } from "zod";
import type { Detection } from "../../kinds/detections.ts";
import type { Region } from "../../kinds/image.ts";
import { defineBlock } from "../block.ts";
import { orRef } from "../fields.ts";
import { colorsOf, drawingFields, drawn } from "./drawing-fields.ts";
import { strokeRounded } from "./rounded-rect.ts";

export const boundingBoxVisualizationV1 = defineBlock({
  type: "roboflow_core/bounding_box_visualization@v1",
  aliases: ["BoundingBoxVisualization"],
  category: "visualization",
  summary: "Draws the boxes of detections.",
  inputs: z.object({
    ...drawingFields,
    thickness: orRef(z.int().min(0), "integer").default(2).describe("Width of the lines in pixels."),
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
          const rect = outlineOf(box, thickness);
          const radius = (roundness * Math.min(rect.width, rect.height)) / 2;
          strokeRounded(canvas, rect, { radius, thickness, color: colors[i]! });
        });
      }),
    };
  },
});

/** The line's outer edge in whole pixels, the line lying half outside the box. */
function outlineOf([x1, y1, x2, y2]: Detection["box"], thickness: number): Region {
  const outside = Math.floor(thickness / 2);
  const left = Math.round(x1) - outside;
  const top = Math.round(y1) - outside;
  return { x: left, y: top, width: Math.round(x2) + outside - left, height: Math.round(y2) + outside - top };
}
