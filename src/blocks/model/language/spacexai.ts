import { lazy } from "../../../base/lazy.ts";
import type { AskSettings } from "./ask-language.ts";
import { askingBlock } from "./asking-block.ts";
import {
  askedOutputs,
  freeEffortField,
  freeTokensField,
  modelField,
  ownKey,
  readOutputs,
  tokenOutputs,
} from "./language-fields.ts";

const summary = "Asks Grok about images.";
const fields = lazy(() => ({
  model_version: modelField("grok-4.6"),
  reasoning_effort: freeEffortField(),
  api_key: ownKey(),
  max_tokens: freeTokensField(),
}));

interface Asked {
  model_version: string;
  reasoning_effort: string | null;
}

function settings({ model_version: model, reasoning_effort }: Asked): AskSettings {
  return { provider: "xai", model, extra: reasoning_effort ? { reasoning_effort } : {}, boxes: "xyxy_percent" };
}

export const spacexAiV1 = askingBlock({
  type: "roboflow_core/spacexai@v1",
  summary,
  fields,
  outputs: askedOutputs,
  settings,
});

export const spacexAiV2 = askingBlock({
  type: "roboflow_core/spacexai@v2",
  summary,
  fields,
  outputs: { ...askedOutputs, ...tokenOutputs },
  settings,
});

export const spacexAiV3 = askingBlock({
  type: "roboflow_core/spacexai@v3",
  summary,
  fields,
  outputs: { ...askedOutputs, ...tokenOutputs, ...readOutputs },
  settings,
});
