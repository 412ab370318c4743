import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { clippedRegion, rasterAt } from "../../../drawing/area.ts";
import { pixelate } from "../../../drawing/pixelate.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { detectionFields, drawingBlock, drawn } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

export const pixelateVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/pixelate_visualization@v1",
  aliases: ["PixelateVisualization"],
  summary: "Makes the boxes of detected objects unrecognisable in coarse squares.",
  inputs: () =>
    z.object({
      ...detectionFields(),
      pixel_size: orRef(z.int(), "integer").default(20).describe("Pixels on a side of each square."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", pixel_size: 16 },
  run: ({ image, predictions, pixel_size: size }, { services, step }) => {
    if (size < 1) {
      throw new StepError("STEP_INPUT", `step "${step}": pixel_size is ${size}, expected 1 or more`, { step });
    }
    return {
      image: drawn(image, services.pixels, (canvas) => {
        for (const { box } of predictions.items) {
          const area = clippedRegion(wholeCorners(box), canvas);
          if (area.width > 0 && area.height > 0) pixelate(rasterAt(canvas, area), size);
        }
      }),
    };
  },
});
