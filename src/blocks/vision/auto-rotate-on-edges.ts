import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { greyOf } from "../../vision/grey.ts";
import type { Raster } from "../../vision/raster.ts";
import { mainDirection } from "../../vision/shapes/main-direction.ts";
import { resize } from "../../vision/warps/resize.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

const TARGETS = ["vertical", "horizontal", "either"] as const;
type Target = (typeof TARGETS)[number];

export const autoRotateOnEdgesV1 = defineBlock({
  type: "roboflow_core/auto_rotate_on_edges@v1",
  category: "vision",
  summary: "Turns a picture so that its lines are upright or level.",
  inputs: () =>
    z.object({
      image: pictureField(),
      target_orientation: orRef(z.enum(TARGETS), "string")
        .default("vertical")
        .describe("What the lines shall be; either is whichever is nearer."),
      skip_below_degrees: orRef(z.number(), "float")
        .default(0.4)
        .describe("A picture that is tilted by less stays as it is."),
      max_correction_degrees: orRef(z.number(), "float")
        .default(90)
        .describe("A picture that would be turned by more stays as it is."),
      internal_resolution: orRef(z.int().positive(), "integer")
        .default(1000)
        .describe("Pixels of the longer side in which lines are looked for; fewer are faster."),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image", angle: "float" },
  needs: ["pixels", "kernels"],
  example: { image: "$inputs.image", target_orientation: "horizontal", max_correction_degrees: 30 },
  run: async ({ image, target_orientation: target, internal_resolution: most, ...limits }, { services, step }) => {
    const raster = rasterOf(image, services.pixels);
    const direction = mainDirection(reduced(greyOf(raster), neededSide(most, step)));
    const angle = direction === null ? 0 : correctionOf(direction, target);
    const size = Math.abs(angle);
    if (direction === null || size < limits.skip_below_degrees || size > limits.max_correction_degrees) {
      return { image, angle: 0 };
    }
    return { image: withRaster(image, await services.kernels.run("rotate", raster, angle)), angle };
  },
});

function neededSide(most: number, step: string): number {
  if (most >= 1) return most;
  throw new StepError("STEP_INPUT", `step "${step}": internal_resolution is ${most}, expected 1 or more`, { step });
}

function reduced(raster: Raster<1>, most: number): Raster<1> {
  const scale = most / Math.max(raster.width, raster.height);
  if (scale >= 1) return raster;
  const sideOf = (length: number) => Math.max(1, Math.round(length * scale));
  return resize(raster, { width: sideOf(raster.width), height: sideOf(raster.height) });
}

/** Degrees to turn by against the clock: at most half of what leads to the same orientation again. */
function correctionOf(direction: number, target: Target): number {
  const period = target === "either" ? 90 : 180;
  const wanted = target === "horizontal" ? direction - 90 : direction;
  const angle = ((wanted % period) + period) % period;
  return angle > period / 2 ? angle - period : angle;
}
