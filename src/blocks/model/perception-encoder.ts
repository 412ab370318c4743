import { z } from "zod";
import type { Image } from "../../kinds/image.ts";
import { defineBlock } from "../contract/block.ts";
import { modelVersion, orRef } from "../contract/fields.ts";
import { asksForTexts, embed } from "./embed.ts";

const VERSIONS = ["PE-Core-B16-224", "PE-Core-L14-336", "PE-Core-G14-448"] as const;
const USUAL = "PE-Core-L14-336";
const PREFIX = "perception_encoder/";

export const perceptionEncoderV1 = defineBlock({
  type: "roboflow_core/perception_encoder@v1",
  category: "model",
  summary: "Turns an image or a text into a vector of the Perception Encoder.",
  inputs: () =>
    z.object({
      data: orRef<string | Image>(z.string(), "image", "string").describe("Image or text."),
      version: modelVersion("embed", { prefix: PREFIX, versions: VERSIONS })
        .default(USUAL)
        .describe('Version; the model "perception_encoder/<version>" is mapped to a local folder or ONNX file.'),
    }),
  outputs: { embedding: "embedding" },
  needs: ["models"],
  asks: asksForTexts(PREFIX),
  example: { data: "$inputs.image", version: "PE-Core-B16-224" },
  run: async ({ data, version }, { services }) => ({
    embedding: await embed(data, `${PREFIX}${version}`, services.models),
  }),
});
