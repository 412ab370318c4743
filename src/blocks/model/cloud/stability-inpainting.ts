import { z } from "zod";
import type { Detections } from "../../../kinds/detections.ts";
import { forEachSpan } from "../../../kinds/mask.ts";
import type { Raster } from "../../../vision/raster.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { rasterOf, withRaster } from "../../rasters.ts";
import { Slots } from "../slots.ts";
import * as stability from "./stability.ts";

export const stabilityAiInpaintingV1 = defineBlock({
  type: "roboflow_core/stability_ai_inpainting@v1",
  category: "model",
  summary: "Paints over the masks of an image, at Stability AI; each image is one request that costs money.",
  inputs: () =>
    z.object({
      image: stability.imageField(),
      segmentation_mask: ref("instance_segmentation_prediction").describe("Masks of what is painted over."),
      prompt: orRef(z.string(), "string").describe("What is painted there."),
      negative_prompt: stability.negativePrompt(),
      api_key: stability.keyField(),
      invert_segmentation_mask: orRef(z.boolean(), "boolean")
        .default(false)
        .describe("Paint over what no mask covers."),
      preset: stability.presetField(),
      seed: stability.seedField(),
    }),
  outputs: { image: "image" },
  needs: ["cloud", "pixels", "time", "ids"],
  example: {
    image: "$inputs.image",
    segmentation_mask: "$steps.segment.predictions",
    prompt: "an empty shelf",
    api_key: "$inputs.key",
  },
  prepare: () => new Slots(null),
  async run({ image, segmentation_mask, invert_segmentation_mask: isInverted, api_key: key, ...given }, context) {
    const mask = maskRaster(segmentation_mask, image, isInverted);
    // Nothing to paint over is no request.
    if (!mask.data.includes(WHITE)) return { image };
    const { prompt, negative_prompt, preset: style_preset, seed } = given;
    const files = async () => [
      await stability.pictureFile("image", rasterOf(image, context.services.pixels)),
      await stability.pictureFile("mask", mask),
    ];
    const fields = { prompt, negative_prompt, style_preset, seed };
    return {
      image: withRaster(image, await stability.paint({ path: "edit/inpaint", key, fields, files }, context)),
    };
  },
});

const WHITE = 255;

/** White where is painted. An object without a mask is its box. */
function maskRaster(
  { items }: Detections,
  { width, height }: { width: number; height: number },
  isInverted: boolean,
): Raster {
  const data = new Uint8Array(width * height).fill(isInverted ? WHITE : 0);
  const value = isInverted ? 0 : WHITE;
  const fill = (x: number, top: number, bottom: number) => {
    if (x < 0 || x >= width) return;
    for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) data[y * width + x] = value;
  };
  for (const { mask, box } of items) {
    if (mask !== undefined) forEachSpan(mask, fill);
    else {
      const [left, top, right, bottom] = box.map(Math.round) as typeof box;
      for (let x = Math.max(0, left); x < Math.min(width, right); x++) fill(x, top, bottom);
    }
  }
  return { data, width, height, stride: width, channels: 1 };
}
