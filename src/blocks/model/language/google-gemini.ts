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
  segmentedOutputs,
  segmentingTask,
  tokenOutputs,
  tokensField,
} from "./language-fields.ts";

const summary = "Asks Gemini about images.";
const thought = lazy(() => ({
  model_version: modelField("gemini-3.1-pro-preview"),
  thinking_level: orRef(z.string(), "string")
    .nullable()
    .default(null)
    .describe("How much the model thinks: minimal, low, medium or high."),
  max_tokens: freeTokensField(),
}));
const later = lazy(() => ({
  ...thought(),
  google_code_execution: orRef(z.boolean(), "boolean")
    .nullable()
    .default(false)
    .describe("Whether the model may run code at Google."),
  api_key: ownKey(),
}));

interface Asked {
  model_version: string;
  thinking_level?: string | null;
  google_code_execution?: boolean | null;
}

function settings({ model_version: model, thinking_level, google_code_execution }: Asked): AskSettings {
  const thinkingConfig = { thinkingLevel: thinking_level };
  const extra = {
    ...(thinking_level ? { generationConfig: { thinkingConfig } } : {}),
    ...(google_code_execution === true ? { tools: [{ code_execution: {} }] } : {}),
  };
  return { provider: "gemini", model, extra };
}

export const googleGeminiV1 = askingBlock({
  type: "roboflow_core/google_gemini@v1",
  summary,
  fields: () => ({ model_version: modelField("gemini-2.5-flash"), api_key: neededKey(), max_tokens: tokensField(450) }),
  outputs: askedOutputs,
  settings,
});

export const googleGeminiV2 = askingBlock({
  type: "roboflow_core/google_gemini@v2",
  summary,
  fields: () => ({ ...thought(), api_key: neededKey() }),
  outputs: askedOutputs,
  settings,
});

export const googleGeminiV3 = askingBlock({
  type: "roboflow_core/google_gemini@v3",
  summary,
  fields: later,
  outputs: askedOutputs,
  settings,
});

export const googleGeminiV4 = askingBlock({
  type: "roboflow_core/google_gemini@v4",
  summary,
  fields: later,
  outputs: askedOutputs,
  settings,
});

export const googleGeminiV5 = askingBlock({
  type: "roboflow_core/google_gemini@v5",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs },
  settings,
});

export const googleGeminiV6 = askingBlock({
  type: "roboflow_core/google_gemini@v6",
  summary,
  fields: () => ({ ...later(), task_type: segmentingTask() }),
  outputs: { ...askedOutputs, ...tokenOutputs, ...segmentedOutputs },
  settings,
});
