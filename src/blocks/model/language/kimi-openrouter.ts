import { lazy } from "../../../base/lazy.ts";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, neededKey, ownKey, readOutputs, tokensField } from "./language-fields.ts";
import { byName, privacyField, routedModelField, steadyField } from "./via-openrouter.ts";

const summary = "Asks Kimi about images, by OpenRouter.";
const model_version = lazy(() => routedModelField("Kimi K2.6 - OpenRouter"));
const first = lazy(() => ({
  model_version: model_version(),
  api_key: neededKey(),
  max_tokens: tokensField(500),
  temperature: steadyField(),
}));
const managed = lazy(() => ({ ...first(), api_key: ownKey(), privacy_level: privacyField() }));

export const kimiOpenrouterV1 = askingBlock({
  type: "roboflow_core/kimi_openrouter@v1",
  summary,
  fields: first,
  outputs: askedOutputs,
  ...byName(),
});

export const kimiOpenrouterV2 = askingBlock({
  type: "roboflow_core/kimi_openrouter@v2",
  summary,
  fields: managed,
  outputs: askedOutputs,
  ...byName(),
});

export const kimiOpenrouterV3 = askingBlock({
  type: "roboflow_core/kimi_openrouter@v3",
  summary,
  fields: managed,
  outputs: { ...askedOutputs, ...readOutputs },
  ...byName(),
});
