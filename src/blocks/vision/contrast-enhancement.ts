import { z } from "zod";
import { enhanceContrast } from "../../vision/contrast/contrast.ts";
import { defineBlock } from "../contract/block.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

export const contrastEnhancementV1 = defineBlock({
  type: "roboflow_core/contrast_enhancement@v1",
  category: "vision",
  summary: "Stretches each channel of a picture over all values from dark to bright.",
  inputs: () =>
    z.object({
      image: pictureField(),
      clip_limit: z
        .int()
        .min(0)
        .max(50)
        .default(0)
        .describe("Percent of the values that become all dark, and as many all bright."),
      contrast_multiplier: z
        .number()
        .min(0.1)
        .max(5)
        .default(1)
        .describe("How much further from the middle values go; below 1 they come nearer to it."),
      normalize_brightness: z.boolean().default(false).describe("Whether to brighten what is neither dark nor bright."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", clip_limit: 2, contrast_multiplier: 1.2 },
  run: ({ image, clip_limit, contrast_multiplier: multiplier, normalize_brightness: brighten }, { services }) => {
    const raster = rasterOf(image, services.pixels);
    return { image: withRaster(image, enhanceContrast(raster, { clip: clip_limit / 100, multiplier, brighten })) };
  },
});
