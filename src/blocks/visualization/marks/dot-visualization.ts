import { z } from "zod";
import { strokeCircle } from "../../../drawing/ellipse.ts";
import { fillDisc } from "../../../drawing/strokes.ts";
import { ANCHORS } from "../../../kinds/anchor.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { BLACK, drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeAnchor } from "../whole-pixels.ts";

export const dotVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/dot_visualization@v1",
  aliases: ["DotVisualization"],
  summary: "Draws a dot on every detection.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      position: orRef(z.enum(ANCHORS), "string").default("CENTER").describe("Point of the object under the dot."),
      radius: orRef(z.int(), "integer").default(4).describe("Radius in pixels."),
      outline_thickness: orRef(z.int(), "integer")
        .default(0)
        .describe("Width of a black line around the dot in pixels; 0 draws none."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", position: "BOTTOM_CENTER" },
  run: ({ position, radius, outline_thickness: thickness, ...inputs }, context) => {
    const centers = inputs.predictions.items.map((item) => wholeAnchor(item, position, context.step));
    return drawnItems(inputs, context, (canvas, _item, color, i) => {
      const center = centers[i]!;
      fillDisc(canvas, center, radius, color);
      if (thickness !== 0) strokeCircle(canvas, center, radius, { thickness, color: BLACK });
    });
  },
});
