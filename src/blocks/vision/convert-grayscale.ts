import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { greyOf } from "../../vision/grey.ts";
import { isGrey } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

export const convertGrayscaleV1 = defineBlock({
  type: "roboflow_core/convert_grayscale@v1",
  category: "vision",
  summary: "Makes a picture of one channel, the brightness of each pixel.",
  inputs: () => z.object({ image: pictureField() }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image" },
  run: ({ image }, { services, step }) => {
    const raster = rasterOf(image, services.pixels);
    if (!isGrey(raster)) return { image: withRaster(image, greyOf(raster)) };
    const message = `step "${step}": the picture has one channel already; leave this step out`;
    throw new StepError("STEP_INPUT", message, { step });
  },
});
