import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { dilate, erode, excess } from "../../vision/filters/morphology.ts";
import { greyOf, rgbOf } from "../../vision/grey.ts";
import { isGrey, type Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

const open = <R extends Raster>(raster: R, size: number) => dilate(erode(raster, size), size);
const close = <R extends Raster>(raster: R, size: number) => erode(dilate(raster, size), size);

const OPERATIONS = {
  Erosion: erode,
  Dilation: dilate,
  Opening: open,
  Closing: close,
  "Opening then Closing": (raster: Raster, size: number) => close(open(raster, size), size),
  Gradient: (raster: Raster, size: number) => excess(dilate(raster, size), erode(raster, size)),
  "Top Hat": (raster: Raster, size: number) => excess(raster, open(raster, size)),
  "Black Hat": (raster: Raster, size: number) => excess(close(raster, size), raster),
} as const satisfies Record<string, (raster: Raster, size: number) => Raster>;

type Operation = keyof typeof OPERATIONS;
const ALL = Object.keys(OPERATIONS) as Operation[];
const FIRST = ALL.filter((name): name is Exclude<Operation, "Opening then Closing"> => name !== "Opening then Closing");

const sizeField = lazy(() =>
  orRef(z.int(), "integer").default(5).describe("Pixels on a side of the square around each pixel; 0 is 3."),
);

export const morphologicalTransformationV1 = defineBlock({
  type: "roboflow_core/morphological_transformation@v1",
  category: "vision",
  summary: "Grows, shrinks, opens or closes what is bright in a picture, which becomes one of one channel.",
  inputs: () =>
    z.object({
      image: pictureField(),
      kernel_size: sizeField(),
      operation: orRef(z.enum(FIRST), "string").default("Closing").describe("What to do to bright areas."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", operation: "Opening", kernel_size: 3 },
  run: ({ image, kernel_size, operation }, { services, step }) => {
    const raster = rasterOf(image, services.pixels);
    if (isGrey(raster)) throw refusal(step);
    return { image: withRaster(image, OPERATIONS[operation](greyOf(raster), sizeOf(kernel_size, step))) };
  },
});

export const morphologicalTransformationV2 = defineBlock({
  type: "roboflow_core/morphological_transformation@v2",
  category: "vision",
  summary: "Grows, shrinks, opens or closes what is bright in each channel of a picture.",
  inputs: () =>
    z.object({
      image: pictureField(),
      kernel_size: sizeField(),
      operation: orRef(z.enum(ALL), "string")
        .default("Opening then Closing")
        .describe("What to do to bright areas; opening takes out small bright spots, closing small dark ones."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", operation: "Top Hat", kernel_size: 9 },
  run: ({ image, kernel_size, operation }, { services, step }) => {
    const raster = rgbOf(rasterOf(image, services.pixels));
    return { image: withRaster(image, OPERATIONS[operation](raster, sizeOf(kernel_size, step))) };
  },
});

function refusal(step: string): StepError {
  const message = `step "${step}": the picture has one channel, and version 1 takes colour; use morphological_transformation@v2`;
  return new StepError("STEP_INPUT", message, { step });
}

function sizeOf(size: number, step: string): number {
  if (size >= 0) return size === 0 ? 3 : size;
  throw new StepError("STEP_INPUT", `step "${step}": kernel_size is ${size}, expected 0 or more`, { step });
}
