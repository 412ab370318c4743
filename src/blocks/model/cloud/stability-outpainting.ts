import { z } from "zod";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { rasterOf, withRaster } from "../../rasters.ts";
import { Slots } from "../slots.ts";
import * as stability from "./stability.ts";

const SIDES = ["left", "right", "up", "down"] as const;

export const stabilityAiOutpaintingV1 = defineBlock({
  type: "roboflow_core/stability_ai_outpainting@v1",
  category: "model",
  summary: "Paints an image beyond its borders, at Stability AI; each image is one request that costs money.",
  inputs: () =>
    z.object({
      image: stability.imageField(),
      creativity: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.5)
        .describe("How free the added parts are."),
      left: sideField("to the left"),
      right: sideField("to the right"),
      up: sideField("above"),
      down: sideField("below"),
      prompt: orRef(z.string(), "string").nullable().default(null).describe("What the added parts show."),
      preset: stability.presetField(),
      seed: stability.seedField(),
      api_key: stability.keyField(),
    }),
  outputs: { image: "image" },
  needs: ["cloud", "pixels", "time", "ids"],
  check: (literals) =>
    SIDES.some((side) => literals[side] === undefined || literals[side])
      ? []
      : [{ property: "left", what: "adds nothing, and neither do right, up and down: at least one of them is needed" }],
  example: { image: "$inputs.image", right: 200, prompt: "a meadow", api_key: "$inputs.key" },
  prepare: () => new Slots(null),
  async run({ image, api_key: key, preset: style_preset, ...fields }, context) {
    const files = async () => [await stability.pictureFile("image", rasterOf(image, context.services.pixels))];
    const raster = await stability.paint(
      { path: "edit/outpaint", key, fields: { ...fields, style_preset }, files },
      context,
    );
    return { image: withRaster(image, raster) };
  },
});

function sideField(where: string) {
  return orRef(z.int().min(0).max(2000), "integer")
    .nullable()
    .default(null)
    .describe(`Pixels to add ${where}, at most 2000.`);
}
