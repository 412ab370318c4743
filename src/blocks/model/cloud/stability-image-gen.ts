import { z } from "zod";
import { EffectError } from "../../../base/errors.ts";
import type { Image } from "../../../kinds/image.ts";
import type { Raster } from "../../../vision/raster.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { pixelsOf, rasterOf, withRaster } from "../../rasters.ts";
import { Slots } from "../slots.ts";
import * as stability from "./stability.ts";

const MODELS = ["core", "ultra", "sd3"] as const;

export const stabilityAiImageGenV1 = defineBlock({
  type: "roboflow_core/stability_ai_image_gen@v1",
  category: "model",
  summary: "Makes an image from a text, or from a text and an image, at Stability AI; each one costs money.",
  inputs: () =>
    z.object({
      prompt: orRef(z.string(), "string").describe("What the image shows."),
      negative_prompt: stability.negativePrompt(),
      model: orRef(z.string(), "string")
        .nullable()
        .default("core")
        .describe('Model: "core", "ultra" or "sd3"; core takes no image.'),
      api_key: stability.keyField(),
      image: ref("image").nullable().default(null).describe("Image to begin with."),
      strength: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.3)
        .describe("How far the answer may be from the image: 0 is the same one."),
    }),
  outputs: { image: "image" },
  needs: ["cloud", "pixels", "time", "ids"],
  check: ({ model }) =>
    model === undefined || isModel(model ?? "core")
      ? []
      : [{ property: "model", what: `is "${model}", expected core, ultra or sd3` }],
  example: { prompt: "an empty shelf", api_key: "$inputs.key" },
  prepare: () => new Slots(null),
  async run({ prompt, negative_prompt, model, api_key: key, image, strength }, context) {
    const name = modelFor(model ?? "core", image);
    const first = image === null ? {} : { strength, mode: name === "sd3" ? "image-to-image" : null };
    const files = async () =>
      image === null ? [] : [await stability.pictureFile("image", rasterOf(image, context.services.pixels))];
    const fields = { prompt, negative_prompt, ...first };
    const raster = await stability.paint({ path: `generate/${name}`, key, fields, files }, context);
    return { image: image === null ? ownImage(raster, context.services.ids.uuid()) : withRaster(image, raster) };
  },
});

function isModel(name: string): name is (typeof MODELS)[number] {
  return (MODELS as readonly string[]).includes(name);
}

function modelFor(name: string, image: Image | null) {
  if (!isModel(name)) throw new EffectError("CLOUD_REFUSED", `"model" is "${name}", expected core, ultra or sd3`);
  if (name !== "core" || image === null) return name;
  throw new EffectError("CLOUD_REFUSED", 'the model "core" takes no image: set "model" to ultra or sd3');
}

/** A picture that was made from no other one. */
function ownImage(raster: Raster, id: string): Image {
  const { width, height } = raster;
  const root = { id, width, height, offsetX: 0, offsetY: 0 };
  return { kind: "image", width, height, pixels: pixelsOf(raster), parentId: id, parent: null, root, video: null };
}
