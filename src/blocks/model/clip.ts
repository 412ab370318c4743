import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { Image } from "../../kinds/image.ts";
import { defineBlock } from "../contract/block.ts";
import { modelVersion, orRef } from "../contract/fields.ts";
import { asksForTexts, embed } from "./embed.ts";

const VERSIONS = [
  "RN101",
  "RN50",
  "RN50x16",
  "RN50x4",
  "RN50x64",
  "ViT-B-16",
  "ViT-B-32",
  "ViT-L-14-336px",
  "ViT-L-14",
] as const;

/** The property that chooses CLIP's model. */
export const clipVersion = lazy(() => modelVersion("embed", { prefix: "clip/", versions: VERSIONS }));

const USUAL = "ViT-B-32";

export const clipV1 = defineBlock({
  type: "roboflow_core/clip@v1",
  category: "model",
  summary: "Turns an image or a text into a vector of a CLIP model.",
  inputs: () =>
    z.object({
      data: orRef<string | Image>(z.string(), "image", "string").describe("Image or text."),
      version: clipVersion()
        .default(USUAL)
        .describe('Version of CLIP; the model "clip/<version>" is mapped to a local folder or ONNX file.'),
    }),
  outputs: { embedding: "embedding" },
  needs: ["models"],
  asks: asksForTexts("clip/"),
  example: { data: "$inputs.image", version: "ViT-B-16" },
  run: async ({ data, version }, { services }) => ({
    embedding: await embed(data, `clip/${version}`, services.models),
  }),
});
