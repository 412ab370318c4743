import { z } from "zod";
import { equalizeHistogram, stretchContrast } from "../../vision/contrast/contrast.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import type { KernelService } from "../contract/services.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

type Equalize = (raster: Raster, kernels: KernelService) => Raster | Promise<Raster>;

const EQUALIZATIONS = {
  "Contrast Stretching": (raster) => stretchContrast(raster),
  "Histogram Equalization": (raster) => equalizeHistogram(raster),
  "Adaptive Equalization": (raster, kernels) => kernels.run("equalizeLocally", raster),
} as const satisfies Readonly<Record<string, Equalize>>;

type Equalization = keyof typeof EQUALIZATIONS;

export const contrastEqualizationV1 = defineBlock({
  type: "roboflow_core/contrast_equalization@v1",
  category: "vision",
  summary: "Makes dark and bright values about as frequent as each other.",
  inputs: () =>
    z.object({
      image: pictureField(),
      equalization_type: orRef(z.enum(Object.keys(EQUALIZATIONS) as Equalization[]), "string")
        .default("Histogram Equalization")
        .describe("By the whole picture, or each place by its surroundings (Adaptive Equalization)."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels", "kernels"],
  example: { image: "$inputs.image", equalization_type: "Adaptive Equalization" },
  run: async ({ image, equalization_type }, { services }) => {
    const equalize: Equalize = EQUALIZATIONS[equalization_type];
    return { image: withRaster(image, await equalize(rasterOf(image, services.pixels), services.kernels)) };
  },
});
