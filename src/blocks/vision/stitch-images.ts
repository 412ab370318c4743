import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Image } from "../../kinds/image.ts";
import { rgbOf } from "../../vision/grey.ts";
import type { Raster } from "../../vision/raster.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { pixelsOf, rasterOf } from "../rasters.ts";

export const stitchImagesV1 = defineBlock({
  type: "roboflow_core/stitch_images@v1",
  category: "vision",
  summary: "Joins two pictures of overlapping parts of a scene by their features; null where that fails.",
  inputs: () =>
    z.object({
      image1: ref("image").describe("First picture."),
      image2: ref("image").describe("Second picture."),
      max_allowed_reprojection_error: orRef(z.number(), "float_zero_to_one")
        .default(3)
        .describe("Pixels that features may be off."),
      count_of_best_matches_per_query_descriptor: orRef(z.int(), "integer")
        .default(2)
        .describe("Features that each is compared with; fewer than two leave nothing to tell good ones by."),
    }),
  outputs: { stitched_image: "image" },
  needs: ["pixels", "kernels"],
  example: { image1: "$inputs.image", image2: "$inputs.other" },
  run: async ({ image1, image2, ...properties }, { services, step }) => {
    const compared = Math.abs(properties.count_of_best_matches_per_query_descriptor);
    if (compared === 0) {
      const message = `step "${step}": count_of_best_matches_per_query_descriptor is 0, expected 2 or more`;
      throw new StepError("STEP_INPUT", message, { step });
    }
    if (compared === 1) return { stitched_image: null };
    const [first, second] = [image1, image2].map((image) => rgbOf(rasterOf(image, services.pixels)));
    if (first === undefined || second === undefined) return { stitched_image: null };
    const tolerance = Math.abs(properties.max_allowed_reprojection_error);
    const joined = await services.kernels.run("stitch", first, second, tolerance);
    return { stitched_image: joined === null ? null : newPicture(joined, image1, image2) };
  },
});

/** A root picture of its own, at the time of the first one. */
function newPicture(raster: Raster<3>, first: Image, second: Image): Image {
  const { width, height } = raster;
  const id = `${first.parentId} + ${second.parentId}`;
  const root = { id, width, height, offsetX: 0, offsetY: 0 };
  return {
    kind: "image",
    width,
    height,
    pixels: pixelsOf(raster),
    parentId: id,
    parent: null,
    root,
    video: first.video,
  };
}
