import { z } from "zod";
import { equalizeHistogram, stretchContrast } from "../../vision/contrast/contrast.ts";
import { equalizeLocally } from "../../vision/contrast/equalize-locally.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

const EQUALIZATIONS = {
  "Contrast Stretching": stretchContrast,
  "Histogram Equalization": equalizeHistogram,
  "Adaptive Equalization": equalizeLocally,
} as const;

type Equalization = keyof typeof EQUALIZATIONS;

export const contrastEqualizationV1 = defineBlock({
  type: "roboflow_core/contrast_equalization@v1",
  category: "vision",
  summary: "Makes dark and bright values about as frequent as each other.",
  inputs: z.object({
    image: pictureField,
    equalization_type: orRef(z.enum(Object.keys(EQUALIZATIONS) as Equalization[]), "string")
      .default("Histogram Equalization")
      .describe("By the whole picture, or each place by its surroundings (Adaptive Equalization)."),
  }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", equalization_type: "Adaptive Equalization" },
  run: ({ image, equalization_type }, { services }) => {
    return { image: withRaster(image, EQUALIZATIONS[equalization_type](rasterOf(image, services.pixels))) };
  },
});
