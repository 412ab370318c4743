import { lazy } from "../../../base/lazy.ts";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, neededKey, ownKey, readOutputs, tokenOutputs, tokensField } from "./language-fields.ts";
import { byName, effortField, privacyField, routedModelField, steadyField } from "./via-openrouter.ts";

const summary = "Asks Gemma about images, by OpenRouter.";
const model_version = lazy(() => routedModelField("Gemma 4 31B - OpenRouter"));
const first = lazy(() => ({
  model_version: model_version(),
  api_key: neededKey(),
  max_tokens: tokensField(500),
  temperature: steadyField(),
}));
const managed = lazy(() => ({ ...first(), api_key: ownKey(), privacy_level: privacyField() }));
const later = lazy(() => ({ ...managed(), max_tokens: tokensField(2048), reasoning_effort: effortField() }));

export const googleGemmaV1 = askingBlock({
  type: "roboflow_core/google_gemma@v1",
  summary,
  fields: first,
  outputs: askedOutputs,
  ...byName(),
});

export const googleGemmaV2 = askingBlock({
  type: "roboflow_core/google_gemma@v2",
  summary,
  fields: managed,
  outputs: askedOutputs,
  ...byName(),
});

export const googleGemmaV3 = askingBlock({
  type: "roboflow_core/google_gemma@v3",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs },
  ...byName(),
});

export const googleGemmaV4 = askingBlock({
  type: "roboflow_core/google_gemma@v4",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs, ...readOutputs },
  ...byName(),
});
