import { z } from "zod";
import { type Image, isImage } from "../../kinds/image.ts";
import { defineBlock } from "../contract/block.ts";
import { modelVersion, orRef } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";

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

export const clipV1 = defineBlock({
  type: "roboflow_core/clip@v1",
  category: "model",
  summary: "Turns an image or a text into a vector of a CLIP model.",
  inputs: z.object({
    data: orRef<string | Image>(z.string(), "image", "string").describe("Image or text."),
    version: modelVersion("embed", { prefix: "clip/", versions: VERSIONS })
      .default("ViT-B-32")
      .describe('Version of CLIP; the model "clip/<version>" is mapped to a local ONNX file.'),
  }),
  outputs: { embedding: "embedding" },
  needs: ["models"],
  example: { data: "$inputs.image", version: "ViT-B-16" },
  async run({ data, version }, { services }) {
    if (!isImage(data) && typeof data !== "string") return { embedding: null };
    const [answer] = await askModels(services.models, "embed", [
      { model: `clip/${version}`, item: data, parameters: {} },
    ]);
    return { embedding: answer?.reply.vector ?? null };
  },
});
