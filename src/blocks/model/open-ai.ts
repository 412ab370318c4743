import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { type AskInputs, askLanguage, Slots } from "./ask-language.ts";
import {
  askedFields,
  askedNeeds,
  askedOutputs,
  freeTokensField,
  modelField,
  neededKey,
  ownKey,
  tokensField,
} from "./language-fields.ts";

const image_detail = orRef(z.enum(["auto", "high", "low"]), "string")
  .default("auto")
  .describe("How closely the model looks: low costs least.");
const reasoning_effort = orRef(z.string(), "string")
  .nullable()
  .default(null)
  .describe("How much the model thinks, as the provider names it: none, minimal, low, medium, high.");
const fields = { ...askedFields, image_detail };
const common = {
  category: "model",
  summary: "Asks a model of OpenAI about images.",
  synonyms: { images: ["image"] },
  outputs: askedOutputs,
  batches: ["images"],
  needs: askedNeeds,
} as const;
const example = { images: "$inputs.image", task_type: "caption", api_key: "$inputs.key" };

export const openAiV2 = defineBlock({
  ...common,
  type: "roboflow_core/open_ai@v2",
  inputs: z.object({
    ...fields,
    model_version: modelField("gpt-4o"),
    api_key: neededKey,
    max_tokens: tokensField(450),
  }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askOpenAi(inputs, context),
});

export const openAiV3 = defineBlock({
  ...common,
  type: "roboflow_core/open_ai@v3",
  inputs: z.object({ ...fields, model_version: modelField("gpt-5"), api_key: ownKey, max_tokens: tokensField(450) }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askOpenAi(inputs, context),
});

const later = {
  ...fields,
  model_version: modelField("gpt-5.1"),
  reasoning_effort,
  api_key: ownKey,
  max_tokens: freeTokensField,
};

export const openAiV4 = defineBlock({
  ...common,
  type: "roboflow_core/open_ai@v4",
  inputs: z.object(later),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askOpenAi(inputs, context),
});

export const openAiV5 = defineBlock({
  ...common,
  type: "roboflow_core/open_ai@v5",
  inputs: z.object(later),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askOpenAi(inputs, context),
});

export const spacexAiV1 = defineBlock({
  ...common,
  type: "roboflow_core/spacexai@v1",
  summary: "Asks Grok about images.",
  inputs: z.object({
    ...askedFields,
    model_version: modelField("grok-4.6"),
    reasoning_effort,
    api_key: ownKey,
    max_tokens: freeTokensField,
  }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askOpenAi({ ...inputs, image_detail: "auto" }, context, "xai"),
});

interface OpenAiInputs extends AskInputs {
  model_version: string;
  image_detail: string;
  reasoning_effort?: string | null;
}

async function askOpenAi(
  inputs: OpenAiInputs,
  context: Parameters<typeof askLanguage>[2],
  provider: "openai" | "xai" = "openai",
) {
  const { model_version: model, image_detail: imageDetail, reasoning_effort: effort } = inputs;
  const extra = effort ? { reasoning_effort: effort } : {};
  const { output, classes } = await askLanguage(inputs, { provider, model, imageDetail, extra }, context);
  return { output, classes };
}
