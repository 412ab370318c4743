import { z } from "zod";
import { Tint } from "../../../drawing/tint.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { colorsOf, drawingBlock, drawingFields, drawn } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

export const colorVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/color_visualization@v1",
  aliases: ["ColorVisualization"],
  summary: "Tints the boxes of detected objects.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      opacity: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.5)
        .describe("How much of the colour covers the picture: 0 nothing, 1 all."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", opacity: 0.4 },
  run: ({ image, predictions, opacity, ...inputs }, { services, step }) => {
    const colors = colorsOf(predictions.items, inputs, step);
    return {
      image: drawn(image, services.pixels, (canvas) => {
        const tint = new Tint(canvas, colors.length);
        for (const [i, { box }] of predictions.items.entries()) tint.box(wholeCorners(box), i);
        tint.paint(canvas, colors, opacity);
      }),
    };
  },
});
