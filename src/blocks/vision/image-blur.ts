import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import type { KernelService } from "../contract/services.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

type Blur = (kernels: KernelService, raster: Raster, size: number) => Promise<Raster>;

const BLURS = {
  average: (kernels, raster, size) => kernels.run("boxMean", raster, size, "mirror"),
  gaussian: (kernels, raster, size) => kernels.run("gaussian", raster, oddOf(size), "mirror"),
  median: (kernels, raster, size) => kernels.run("median", raster, oddOf(size)),
  bilateral: (kernels, raster, size) => {
    return kernels.run("bilateral", raster, { reach: Math.max(1, size >> 1), sigmaColor: 75, sigmaSpace: 75 });
  },
} as const satisfies Readonly<Record<string, Blur>>;

type BlurType = keyof typeof BLURS;
const TYPES = Object.keys(BLURS) as BlurType[];

export const imageBlurV1 = defineBlock({
  type: "roboflow_core/image_blur@v1",
  category: "vision",
  summary: "Blurs a picture.",
  inputs: () =>
    z.object({
      image: pictureField(),
      blur_type: orRef(z.enum(TYPES), "string")
        .default("gaussian")
        .describe("How: median takes out spots, bilateral keeps edges sharp."),
      kernel_size: orRef(z.int(), "integer")
        .default(5)
        .describe("Pixels on a side of what is blurred into one; gaussian and median take an even size as one more."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels", "kernels"],
  example: { image: "$inputs.image", blur_type: "median", kernel_size: 3 },
  run: async ({ image, blur_type, kernel_size }, { services, step }) => {
    checkSize(blur_type, kernel_size, step);
    const raster = rasterOf(image, services.pixels);
    return { image: withRaster(image, await BLURS[blur_type](services.kernels, raster, kernel_size)) };
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
