import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { orRef } from "../../contract/fields.ts";
import type { AskSettings } from "./ask-language.ts";
import { askingBlock } from "./asking-block.ts";
import {
  askedOutputs,
  freeTokensField,
  modelField,
  neededKey,
  ownKey,
  readOutputs,
  tokenOutputs,
  tokensField,
} from "./language-fields.ts";

const summary = "Asks Claude about images.";
const sized = lazy(() => ({
  model_version: modelField("claude-sonnet-4-5"),
  max_image_size: orRef(z.int().positive(), "integer")
    .default(1024)
    .describe("Longest side of the image that is sent, in pixels."),
}));
const thinking = lazy(() => ({
  extended_thinking: z.boolean().nullable().default(null).describe("Whether the model may think first."),
  thinking_budget_tokens: z.int().positive().nullable().default(null).describe("Most tokens of that; 1024 by default."),
  max_tokens: freeTokensField(),
}));
const later = lazy(() => ({ ...sized(), ...thinking(), api_key: ownKey() }));

interface Asked {
  model_version: string;
  max_image_size: number;
  extended_thinking?: boolean | null;
  thinking_budget_tokens?: number | null;
}

function settings({ model_version: model, max_image_size: maxSide, ...thought }: Asked): AskSettings {
  const budget = { type: "enabled", budget_tokens: thought.thinking_budget_tokens ?? 1024 };
  const extra = thought.extended_thinking === true ? { thinking: budget } : {};
  return { provider: "anthropic", model, maxSide, extra };
}

export const anthropicClaudeV1 = askingBlock({
  type: "roboflow_core/anthropic_claude@v1",
  summary,
  fields: () => ({ ...sized(), api_key: neededKey(), max_tokens: tokensField(450) }),
  outputs: askedOutputs,
  settings,
});

export const anthropicClaudeV2 = askingBlock({
  type: "roboflow_core/anthropic_claude@v2",
  summary,
  fields: () => ({ ...sized(), ...thinking(), api_key: neededKey() }),
  outputs: askedOutputs,
  settings,
});

export const anthropicClaudeV3 = askingBlock({
  type: "roboflow_core/anthropic_claude@v3",
  summary,
  fields: later,
  outputs: askedOutputs,
  settings,
});

export const anthropicClaudeV4 = askingBlock({
  type: "roboflow_core/anthropic_claude@v4",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs },
  settings,
});

export const anthropicClaudeV5 = askingBlock({
  type: "roboflow_core/anthropic_claude@v5",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs, ...readOutputs },
  settings,
});
