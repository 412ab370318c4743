import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { greyOf } from "../../vision/grey.ts";
import { isGrey, type Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";
import { descriptorRows, keyPointsOf, withMarks } from "./sift-features.ts";

export const siftV1 = defineBlock({
  type: "roboflow_core/sift@v1",
  category: "vision",
  summary: "Finds places that can be found again in another picture, whatever its size and turn, and describes them.",
  inputs: () => z.object({ image: pictureField() }),
  synonyms: { image: ["images"] },
  outputs: { image: "image", keypoints: "image_keypoints", descriptors: "numpy_array" },
  needs: ["pixels", "kernels"],
  example: { image: "$inputs.image" },
  run: async ({ image }, { services, step }) => {
    const grey = brightnessOf(rasterOf(image, services.pixels), step);
    const features = await services.kernels.run("sift", grey);
    return {
      image: withRaster(image, withMarks(grey, features)),
      keypoints: keyPointsOf(features),
      descriptors: descriptorRows(features),
    };
  },
});

/** Throws STEP_INPUT for a picture of one channel, as the reference does. */
export function brightnessOf(raster: Raster, step: string): Raster<1> {
  if (!isGrey(raster)) return greyOf(raster);
  const message = `step "${step}": the picture has one channel, and this block takes colour; give it the picture from before`;
  throw new StepError("STEP_INPUT", message, { step });
}
