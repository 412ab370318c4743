import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

const number = (text: string) => orRef(z.number(), "float").describe(text);

export const cameraCalibrationV1 = defineBlock({
  type: "roboflow_core/camera-calibration@v1",
  category: "vision",
  summary: "Takes the distortion of a lens out of a picture.",
  inputs: () =>
    z.object({
      image: pictureField(),
      fx: number("Focal length along the width, in pixels."),
      fy: number("Focal length along the height, in pixels."),
      cx: number("Where the axis of the lens meets the picture, from the left."),
      cy: number("Where the axis of the lens meets the picture, from the top."),
      k1: number("First radial term."),
      k2: number("Second radial term."),
      k3: number("Third radial term."),
      p1: number("First tangential term."),
      p2: number("Second tangential term."),
      use_fisheye_model: orRef(z.boolean(), "boolean")
        .default(false)
        .describe("For lenses that see very wide: a model of one term, k1; the others have no effect."),
    }),
  synonyms: { image: ["images"] },
  outputs: { calibrated_image: "image" },
  needs: ["pixels", "kernels"],
  example: {
    ...{ image: "$inputs.image", fx: 900, fy: 900, cx: 640, cy: 360 },
    ...{ k1: -0.3, k2: 0.1, k3: 0, p1: 0, p2: 0 },
  },
  run: async ({ image, use_fisheye_model: isWide, ...lens }, { services, step }) => {
    for (const side of ["fx", "fy"] as const) if (lens[side] === 0) throw flatLens(side, step);
    const raster = rasterOf(image, services.pixels);
    const straight = await services.kernels.run(isWide ? "undistortWide" : "undistort", raster, lens);
    return { calibrated_image: withRaster(image, straight) };
  },
});

function flatLens(side: string, step: string): StepError {
  return new StepError("STEP_INPUT", `step "${step}": ${side} is 0, expected a length in pixels`, { step });
}
