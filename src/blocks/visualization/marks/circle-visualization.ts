import { z } from "zod";
import { strokeCircle } from "../../../drawing/ellipse.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

export const circleVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/circle_visualization@v1",
  aliases: ["CircleVisualization"],
  summary: "Draws circles around detections, through the corners of their boxes.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      thickness: orRef(z.int(), "integer")
        .default(2)
        .describe("Width of the line in pixels; below 0 fills the circle."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", thickness: 3 },
  run: ({ thickness, ...inputs }, context) => {
    return drawnItems(inputs, context, (canvas, { box }, color) => {
      const [x1, y1, x2, y2] = wholeCorners(box);
      const center = [Math.floor((x1 + x2) / 2), Math.floor((y1 + y2) / 2)] as const;
      const radius = Math.trunc(Math.hypot(x1 - center[0], y1 - center[1]));
      strokeCircle(canvas, center, radius, { thickness, color });
    });
  },
});
