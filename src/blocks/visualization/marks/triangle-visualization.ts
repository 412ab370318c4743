import { z } from "zod";
import { fillPolygons } from "../../../drawing/fill-polygon.ts";
import { strokePolygon } from "../../../drawing/lines.ts";
import { ANCHORS } from "../../../kinds/anchor.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { BLACK, drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeAnchor } from "../whole-pixels.ts";

export const triangleVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/triangle_visualization@v1",
  aliases: ["TriangleVisualization"],
  summary: "Draws triangles on detections, which point down at them.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      position: orRef(z.enum(ANCHORS), "string").default("TOP_CENTER").describe("Point of the object at the tip."),
      base: orRef(z.int(), "integer").default(10).describe("Width of the upper side in pixels."),
      height: orRef(z.int(), "integer").default(10).describe("Height above the tip in pixels."),
      outline_thickness: orRef(z.int(), "integer")
        .default(0)
        .describe("Width of a black line around the triangle in pixels; 0 draws none."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", base: 20, height: 16 },
  run: ({ position, base, height, outline_thickness: thickness, ...inputs }, context) => {
    const half = Math.floor(base / 2);
    const tips = inputs.predictions.items.map((item) => wholeAnchor(item, position, context.step));
    return drawnItems(inputs, context, (canvas, _item, color, i) => {
      const [x, y] = tips[i]!;
      const corners = [[x - half, y - height], [x + half, y - height], [x, y]] as const; // biome-ignore format: corners
      fillPolygons(canvas, [corners], color);
      if (thickness > 0) strokePolygon(canvas, corners, { thickness, color: BLACK });
    });
  },
});
