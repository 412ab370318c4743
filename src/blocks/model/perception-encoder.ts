import { z } from "zod";
import { type Image, isImage } from "../../kinds/image.ts";
import { defineBlock } from "../contract/block.ts";
import { modelVersion, orRef } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";

const VERSIONS = ["PE-Core-B16-224", "PE-Core-L14-336", "PE-Core-G14-448"] as const;

export const perceptionEncoderV1 = defineBlock({
  type: "roboflow_core/perception_encoder@v1",
  category: "model",
  summary: "Turns an image or a text into a vector of the Perception Encoder.",
  inputs: z.object({
    data: orRef<string | Image>(z.string(), "image", "string").describe("Image or text."),
    version: modelVersion("embed", { prefix: "perception_encoder/", versions: VERSIONS })
      .default("PE-Core-L14-336")
      .describe('Version; the model "perception_encoder/<version>" is mapped to a local ONNX file.'),
  }),
  outputs: { embedding: "embedding" },
  needs: ["models"],
  example: { data: "$inputs.image", version: "PE-Core-B16-224" },
  async run({ data, version }, { services }) {
    if (!isImage(data) && typeof data !== "string") return { embedding: null };
    const question = { model: `perception_encoder/${version}`, item: data, parameters: {} };
    const [answer] = await askModels(services.models, "embed", [question]);
    return { embedding: answer?.reply.vector ?? null };
  },
});
