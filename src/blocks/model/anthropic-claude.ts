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

const summary = "Asks Claude about images.";
const sized = {
  model_version: modelField("claude-sonnet-4-5"),
  max_image_size: orRef(z.int().positive(), "integer")
    .default(1024)
    .describe("Longest side of the image that is sent, in pixels."),
};
const thinking = {
  extended_thinking: z.boolean().nullable().default(null).describe("Whether the model may think first."),
  thinking_budget_tokens: z.int().positive().nullable().default(null).describe("Most tokens of that; 1024 by default."),
};
const common = {
  category: "model",
  summary,
  synonyms: { images: ["image"] },
  outputs: askedOutputs,
  batches: ["images"],
  needs: askedNeeds,
} as const;
const example = { images: "$inputs.image", task_type: "caption", api_key: "$inputs.key" };

export const anthropicClaudeV1 = defineBlock({
  ...common,
  type: "roboflow_core/anthropic_claude@v1",
  inputs: z.object({ ...askedFields, ...sized, api_key: neededKey, max_tokens: tokensField(450) }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askClaude(inputs, context),
});

export const anthropicClaudeV2 = defineBlock({
  ...common,
  type: "roboflow_core/anthropic_claude@v2",
  inputs: z.object({ ...askedFields, ...sized, ...thinking, api_key: neededKey, max_tokens: freeTokensField }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askClaude(inputs, context),
});

export const anthropicClaudeV3 = defineBlock({
  ...common,
  type: "roboflow_core/anthropic_claude@v3",
  inputs: z.object({ ...askedFields, ...sized, ...thinking, api_key: ownKey, max_tokens: freeTokensField }),
  example,
  prepare: ({ max_concurrent_requests: most }) => new Slots(most),
  run: (inputs, context) => askClaude(inputs, context),
});

interface ClaudeInputs extends AskInputs {
  model_version: string;
  max_image_size: number;
  extended_thinking?: boolean | null;
  thinking_budget_tokens?: number | null;
}

async function askClaude(inputs: ClaudeInputs, context: Parameters<typeof askLanguage>[2]) {
  const { model_version: model, max_image_size: maxSide } = inputs;
  const budget = { type: "enabled", budget_tokens: inputs.thinking_budget_tokens ?? 1024 };
  const extra = inputs.extended_thinking === true ? { thinking: budget } : {};
  const { output, classes } = await askLanguage(inputs, { provider: "anthropic", model, maxSide, extra }, context);
  return { output, classes };
}
