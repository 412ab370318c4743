import { z } from "zod";
import { strokeEllipse } from "../../../drawing/ellipse.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

export const ellipseVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/ellipse_visualization@v1",
  aliases: ["EllipseVisualization"],
  summary: "Draws ellipses at the feet of detected objects, twice as wide as they are.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      thickness: orRef(z.int(), "integer").default(2).describe("Width of the line in pixels."),
      start_angle: orRef(z.int(), "integer")
        .default(-45)
        .describe("Where the line begins, in degrees clockwise from the right."),
      end_angle: orRef(z.int(), "integer").default(235).describe("Where it ends; the smaller angle is the first."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", thickness: 3 },
  run: ({ thickness, start_angle, end_angle, ...inputs }, context) => {
    return drawnItems(inputs, context, (canvas, { box }, color) => {
      const [x1, , x2, y2] = wholeCorners(box);
      const width = x2 - x1;
      const axes = [width, Math.trunc(0.35 * width)] as const;
      const center = [Math.trunc((x1 + x2) / 2), y2] as const;
      strokeEllipse(canvas, center, { axes, arc: [start_angle, end_angle], thickness, color, isStepped: true });
    });
  },
});
