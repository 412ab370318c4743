import { askingBlock } from "./asking-block.ts";
import { askedOutputs, neededKey, ownKey, readOutputs, tokenOutputs, tokensField } from "./language-fields.ts";
import {
  effortField,
  privacyField,
  routedModelField,
  steadyField,
  unknownModel,
  viaOpenRouter,
} from "./via-openrouter.ts";

const summary = "Asks Gemma about images, by OpenRouter.";
const model_version = routedModelField("Gemma 4 31B - OpenRouter");
const first = { model_version, api_key: neededKey, max_tokens: tokensField(500), temperature: steadyField };
const managed = { ...first, api_key: ownKey, privacy_level: privacyField };
const later = { ...managed, max_tokens: tokensField(2048), reasoning_effort: effortField };
const check = ({ model_version: name }: { model_version?: unknown }) => unknownModel("model_version", name);

export const googleGemmaV1 = askingBlock({
  type: "roboflow_core/google_gemma@v1",
  summary,
  fields: first,
  outputs: askedOutputs,
  check,
  settings: ({ model_version: model }) => viaOpenRouter({ model }),
});

export const googleGemmaV2 = askingBlock({
  type: "roboflow_core/google_gemma@v2",
  summary,
  fields: managed,
  outputs: askedOutputs,
  check,
  settings: ({ model_version: model, privacy_level: privacy }) => viaOpenRouter({ model, privacy }),
});

export const googleGemmaV3 = askingBlock({
  type: "roboflow_core/google_gemma@v3",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs },
  check,
  settings: ({ model_version: model, privacy_level: privacy, reasoning_effort: effort }) =>
    viaOpenRouter({ model, privacy, effort }),
});

export const googleGemmaV4 = askingBlock({
  type: "roboflow_core/google_gemma@v4",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs, ...readOutputs },
  check,
  settings: ({ model_version: model, privacy_level: privacy, reasoning_effort: effort }) =>
    viaOpenRouter({ model, privacy, effort }),
});
