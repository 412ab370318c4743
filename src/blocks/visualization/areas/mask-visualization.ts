import { z } from "zod";
import { type ColoredMask, paintMasks } from "../../../drawing/paint-masks.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { colorsOf, drawingFields, drawn, needColor } from "../drawing-fields.ts";

export const maskVisualizationV1 = defineBlock({
  type: "roboflow_core/mask_visualization@v1",
  aliases: ["MaskVisualization"],
  category: "visualization",
  summary: "Tints the masks of detections.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      predictions: ref(
        "instance_segmentation_prediction",
        "rle_instance_segmentation_prediction",
        "semantic_segmentation_prediction",
      ).describe("Detections with masks, made on that picture; those without a mask are left out."),
      opacity: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.5)
        .describe("How much of the colour covers the picture: 0 nothing, 1 all."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", predictions: "$steps.segment.predictions", opacity: 0.4 },
  run: ({ image, predictions, opacity, ...inputs }, { services, step }) => {
    needColor(image, step);
    const colors = colorsOf(predictions.items, inputs, step);
    const masks = predictions.items.flatMap(({ mask }, i): ColoredMask[] => {
      return mask === undefined ? [] : [{ mask, color: colors[i]! }];
    });
    return { image: drawn(image, services.pixels, (canvas) => paintMasks(canvas, masks, opacity)) };
  },
});
