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

const model_version = modelField("gemini-3.1-pro-preview");
const thinking_level = orRef(z.string(), "string")
  .nullable()
  .default(null)
  .describe("How much the model thinks: minimal, low, medium or high.");
const google_code_execution = orRef(z.boolean(), "boolean")
  .nullable()
  .default(false)
  .describe("Whether the model may run code at Google.");
const common = {
  category: "model",
  summary: "Asks Gemini about images.",
  synonyms: { images: ["image"] },
  outputs: askedOutputs,
  batches: ["images"],
  needs: askedNeeds,
} as const;
const example = { images: "$inputs.image", task_type: "caption", api_key: "$inputs.key" };

export const googleGeminiV1 = defineBlock({
  ...common,
  type: "roboflow_core/google_gemini@v1",
  inputs: z.object({
    ...askedFields,
    model_version: modelField("gemini-2.5-flash"),
    api_key: neededKey,
    max_tokens: tokensField(450),
  }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askGemini(inputs, context),
});

export const googleGeminiV2 = defineBlock({
  ...common,
  type: "roboflow_core/google_gemini@v2",
  inputs: z.object({ ...askedFields, model_version, thinking_level, api_key: neededKey, max_tokens: freeTokensField }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askGemini(inputs, context),
});

const later = { ...askedFields, model_version, thinking_level, google_code_execution, api_key: ownKey };

export const googleGeminiV3 = defineBlock({
  ...common,
  type: "roboflow_core/google_gemini@v3",
  inputs: z.object({ ...later, max_tokens: freeTokensField }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askGemini(inputs, context),
});

export const googleGeminiV4 = defineBlock({
  ...common,
  type: "roboflow_core/google_gemini@v4",
  inputs: z.object({ ...later, max_tokens: freeTokensField }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askGemini(inputs, context),
});

interface GeminiInputs extends AskInputs {
  model_version: string;
  thinking_level?: string | null;
  google_code_execution?: boolean | null;
}

async function askGemini(inputs: GeminiInputs, context: Parameters<typeof askLanguage>[2]) {
  const { model_version: model, thinking_level: thinkingLevel, google_code_execution: runsCode } = inputs;
  const extra = {
    ...(thinkingLevel ? { generationConfig: { thinkingConfig: { thinkingLevel } } } : {}),
    ...(runsCode === true ? { tools: [{ code_execution: {} }] } : {}),
  };
  const { output, classes } = await askLanguage(inputs, { provider: "gemini", model, extra }, context);
  return { output, classes };
}
