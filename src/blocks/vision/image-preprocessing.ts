import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Image } from "../../kinds/image.ts";
import type { Raster, Size } from "../../vision/raster.ts";
import { flip } from "../../vision/warps/flip.ts";
import { resize } from "../../vision/warps/resize.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import type { KernelService } from "../contract/services.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

const FLIPS = {
  vertical: { vertical: true, horizontal: false },
  horizontal: { vertical: false, horizontal: true },
  both: { vertical: true, horizontal: true },
} as const;

type FlipType = keyof typeof FLIPS;

export const imagePreprocessingV1 = defineBlock({
  type: "roboflow_core/image_preprocessing@v1",
  category: "vision",
  summary: "Resizes, turns or mirrors a picture.",
  inputs: () =>
    z.object({
      image: pictureField(),
      task_type: z
        .enum(["resize", "rotate", "flip"])
        .describe("What to do; the other properties are of one task each."),
      width: orRef(z.int().positive(), "integer")
        .default(640)
        .describe("Width in pixels after resize; null from an input keeps the shape of the picture."),
      height: orRef(z.int().positive(), "integer")
        .default(640)
        .describe("Height in pixels after resize; null from an input keeps the shape of the picture."),
      rotation_degrees: orRef(z.int(), "integer")
        .default(90)
        .describe("Degrees against the clock, -360 to 360; the picture grows to hold all of the old one."),
      flip_type: orRef(z.enum(Object.keys(FLIPS) as FlipType[]), "string")
        .default("vertical")
        .describe("What changes places: top and bottom (vertical), left and right (horizontal), or both."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels", "kernels"],
  example: { image: "$inputs.image", task_type: "resize", width: 320, height: 240 },
  run: async ({ image, ...properties }, { services, step }) => {
    const raster = rasterOf(image, services.pixels);
    const { kernels } = services;
    return { image: withRaster(image, await changed(raster, { image, step, kernels, ...properties })) };
  },
});

interface Task {
  image: Image;
  step: string;
  kernels: KernelService;
  task_type: "resize" | "rotate" | "flip";
  width: number | null;
  height: number | null;
  rotation_degrees: number;
  flip_type: FlipType;
}

function changed(raster: Raster, task: Task): Raster | Promise<Raster> {
  switch (task.task_type) {
    case "resize":
      return resize(raster, sizeOf(task));
    case "rotate":
      return task.kernels.run("rotate", raster, degreesOf(task));
    case "flip":
      return flip(raster, FLIPS[task.flip_type]);
  }
}

/** A side that is null follows from the other one. */
function sizeOf({ image, width, height, step }: Task): Size {
  for (const [name, value] of Object.entries({ width, height })) {
    if (value === null || (Number.isInteger(value) && value > 0)) continue;
    throw inputFault(step, `${name} is ${value}, expected a whole number above 0`);
  }
  return {
    width: width ?? (height === null ? image.width : Math.max(1, Math.trunc(height * (image.width / image.height)))),
    height: height ?? (width === null ? image.height : Math.max(1, Math.trunc(width / (image.width / image.height)))),
  };
}

function degreesOf({ rotation_degrees: degrees, step }: Task): number {
  if (degrees >= -360 && degrees <= 360) return degrees;
  throw inputFault(step, `rotation_degrees is ${degrees}, expected -360 to 360`);
}

function inputFault(step: string, what: string): StepError {
  return new StepError("STEP_INPUT", `step "${step}": ${what}`, { step });
}
