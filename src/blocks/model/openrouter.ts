import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { askLanguage, Slots } from "./ask-language.ts";
import { askedFields, askedNeeds, askedOutputs, ownKey, tokensField } from "./language-fields.ts";

export const openrouterV1 = defineBlock({
  type: "roboflow_core/openrouter@v1",
  category: "model",
  summary: "Asks any model of OpenRouter about images.",
  inputs: z.object({
    ...askedFields,
    model_id: orRef(z.string(), "string").describe("Name of the model at OpenRouter, such as vendor/model."),
    api_key: ownKey,
    privacy_level: z
      .enum(["allow", "deny", "zdr"])
      .default("deny")
      .describe("Which vendors may serve: all, those that do not collect data, those that keep nothing at all."),
    max_tokens: tokensField(500),
    temperature: orRef(z.number(), "float").default(0.1).describe("How free the answer is."),
  }),
  synonyms: { images: ["image"] },
  outputs: askedOutputs,
  batches: ["images"],
  needs: askedNeeds,
  example: { images: "$inputs.image", task_type: "caption", model_id: "vendor/model", api_key: "$inputs.key" },
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  async run(inputs, context) {
    const { model_id: model, privacy_level } = inputs;
    const extra = { provider: PRIVACY[privacy_level] };
    const { output, classes } = await askLanguage(inputs, { provider: "openrouter", model, extra }, context);
    return { output, classes };
  },
});

const PRIVACY = {
  allow: { data_collection: "allow" },
  deny: { data_collection: "deny" },
  zdr: { data_collection: "deny", zdr: true },
};
