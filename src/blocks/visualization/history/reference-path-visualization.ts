import { z } from "zod";
import { colorOf } from "../../../drawing/color.ts";
import { strokePath } from "../../../drawing/lines.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { canvasFields, drawingBlock, drawnQuickly } from "../drawing-fields.ts";
import { badPoints, pointsOf } from "./zone-points.ts";

export const referencePathVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/reference_path_visualization@v1",
  summary: "Draws a path.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      reference_path: orRef(z.array(z.unknown()), "list_of_values").describe(
        "Points of the path in pixels, [[x1, y1], [x2, y2], [x3, y3]].",
      ),
      color: orRef(z.string(), "string").default("#5bb573").describe("Colour of the line."),
      thickness: orRef(z.int().positive(), "integer")
        .default(2)
        .describe("Width of the line in pixels; an even width is one more."),
    }),
  example: { image: "$inputs.image", reference_path: [[100, 300], [320, 120], [540, 300]] }, // biome-ignore format: points
  run: ({ image, reference_path: path, thickness, ...inputs }, { services, step }) => {
    const points = pointsOf(path) ?? [];
    if (points.length === 0) {
      throw badPoints("STEP_BAD_LINE", { step, what: "reference_path", found: path, expected: "points in pixels" });
    }
    const color = colorOf(inputs.color, step);
    return {
      image: drawnQuickly(image, services.pixels, (canvas) => strokePath(canvas, points, { thickness, color })),
    };
  },
});
