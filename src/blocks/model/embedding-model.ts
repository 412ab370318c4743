import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { modelRef, ref } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";

const DEFINITIONS = {
  feature_vector: "classifier-linear-input@v1",
  logits: "classifier-linear-output@v1",
} as const;

export const embeddingModelV1 = defineBlock({
  type: "roboflow_core/embedding_model@v1",
  category: "model",
  summary: "Gives what a classifier knows of an image before it names a class: its features, or its logits.",
  inputs: () =>
    z.object({
      data: ref("image").describe("Images to describe."),
      model_id: modelRef("features").describe("Name of a classifier, mapped to a local ONNX file."),
      output_type: z
        .enum(["feature_vector", "logits"])
        .default("feature_vector")
        .describe("What the last linear layer takes, or what it gives before any softmax or sigmoid."),
    }),
  outputs: { embedding: "embedding", embedding_info: "dictionary" },
  batches: ["data"],
  needs: ["models"],
  example: { data: "$inputs.image", model_id: "kinds/1", output_type: "logits" },
  runMany: async (elements, contexts) => {
    const { models } = (contexts[0] as (typeof contexts)[number]).services;
    const questions = elements.map(({ data: item, model_id: model, output_type: output }) => {
      return { model, item, parameters: { output } };
    });
    const answers = await askModels(models, "features", questions);
    return elements.map(({ model_id, output_type }, i) => {
      const reply = answers[i]?.reply;
      if (reply === undefined) return { embedding: null, embedding_info: null };
      const embedding_info = {
        model_id,
        feature_definition: DEFINITIONS[output_type],
        output_type,
        dimension: reply.vector.length,
        normalization: "none",
        space_id: reply.space,
      };
      return { embedding: reply.vector, embedding_info };
    });
  },
});
