import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Detection } from "../../kinds/detections.ts";
import { withoutOverlaps } from "../../vision/features/match-template.ts";
import { greyOf } from "../../vision/grey.ts";
import { isGrey, type Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { rasterOf } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

export const templateMatchingV1 = defineBlock({
  type: "roboflow_core/template_matching@v1",
  category: "vision",
  summary: "Finds the places of a picture that look like a small picture.",
  inputs: () =>
    z.object({
      image: pictureField(),
      template: ref("image").describe("Picture to look for, of the size that it has there."),
      matching_threshold: orRef(z.number(), "float")
        .default(0.8)
        .describe(
          "How much a place must look like it: 1 is the same but for brightness and contrast, 0 is nothing alike.",
        ),
      apply_nms: orRef(z.boolean(), "boolean")
        .default(true)
        .describe("Whether to keep the best of places that overlap."),
      nms_threshold: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.5)
        .describe("Share of their common area by which places must overlap for that."),
    }),
  synonyms: { image: ["images"], template: ["templates"] },
  outputs: { predictions: "object_detection_prediction", number_of_matches: "integer" },
  needs: ["pixels", "kernels", "ids"],
  example: { image: "$inputs.image", template: "$inputs.template", matching_threshold: 0.9 },
  run: async ({ image, template, matching_threshold, apply_nms, nms_threshold }, { services, step }) => {
    const picture = brightnessOf(rasterOf(image, services.pixels), "image", step);
    const part = brightnessOf(rasterOf(template, services.pixels), "template", step);
    const all = await services.kernels.run("matchTemplate", picture, part, matching_threshold);
    const places = apply_nms ? withoutOverlaps(all, part, nms_threshold) : all;
    const items = places.map(({ x, y }): Detection => {
      const box: Detection["box"] = [x, y, x + part.width, y + part.height];
      return { box, confidence: 1, class: "template_match", classId: 0, detectionId: services.ids.uuid() };
    });
    const { width, height, parentId, parent, root } = image;
    const predictions = { kind: "detections", items, width, height, parentId, parent, root } as const;
    return { predictions, number_of_matches: items.length };
  },
});

function brightnessOf(raster: Raster, property: string, step: string): Raster<1> {
  if (!isGrey(raster)) return greyOf(raster);
  const message = `step "${step}": ${property} has one channel, and this block takes colour; give it the picture from before`;
  throw new StepError("STEP_INPUT", message, { step });
}
