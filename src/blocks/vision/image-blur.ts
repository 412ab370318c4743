import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { bilateral } from "../../vision/filters/bilateral.ts";
import { boxMean } from "../../vision/filters/box-mean.ts";
import { gaussian } from "../../vision/filters/gaussian.ts";
import { median } from "../../vision/filters/median.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

const BLURS = {
  average: (raster: Raster, size: number) => boxMean(raster, size, "mirror"),
  gaussian: (raster: Raster, size: number) => gaussian(raster, oddOf(size), "mirror"),
  median: (raster: Raster, size: number) => median(raster, oddOf(size)),
  bilateral: (raster: Raster, size: number) => {
    return bilateral(raster, { reach: Math.max(1, size >> 1), sigmaColor: 75, sigmaSpace: 75 });
  },
} as const;

type BlurType = keyof typeof BLURS;
const TYPES = Object.keys(BLURS) as BlurType[];

export const imageBlurV1 = defineBlock({
  type: "roboflow_core/image_blur@v1",
  category: "vision",
  summary: "Blurs a picture.",
  inputs: z.object({
    image: pictureField,
    blur_type: orRef(z.enum(TYPES), "string")
      .default("gaussian")
      .describe("How: median takes out spots, bilateral keeps edges sharp."),
    kernel_size: orRef(z.int(), "integer")
      .default(5)
      .describe("Pixels on a side of what is blurred into one; gaussian and median take an even size as one more."),
  }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", blur_type: "median", kernel_size: 3 },
  run: ({ image, blur_type, kernel_size }, { services, step }) => {
    checkSize(blur_type, kernel_size, step);
    return { image: withRaster(image, BLURS[blur_type](rasterOf(image, services.pixels), kernel_size)) };
  },
});

function oddOf(size: number): number {
  return Math.max(1, size % 2 === 0 ? size + 1 : size);
}

function checkSize(type: BlurType, size: number, step: string): void {
  if (size > 0 || type === "gaussian" || type === "median") return;
  const message = `step "${step}": kernel_size is ${size}, expected 1 or more for blur_type ${type}`;
  throw new StepError("STEP_INPUT", message, { step });
}
