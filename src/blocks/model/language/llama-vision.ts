import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { orRef } from "../../contract/fields.ts";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, ownKey, tokensField } from "./language-fields.ts";
import { byName, privacyField, routedModelField, steadyField } from "./via-openrouter.ts";

const summary = "Asks Llama about images, by OpenRouter.";
const common = lazy(() => ({ max_tokens: tokensField(500), temperature: steadyField() }));

export const llama32VisionV1 = askingBlock({
  type: "roboflow_core/llama_3_2_vision@v1",
  summary: "Asks Llama 3.2 about images, by OpenRouter.",
  fields: () => ({
    ...common(),
    model_version: routedModelField("11B (Free) - OpenRouter"),
    api_key: orRef(z.string(), "string").describe("Key of an account at OpenRouter."),
  }),
  outputs: askedOutputs,
  ...byName(),
});

export const llamaVisionV2 = askingBlock({
  type: "roboflow_core/llama_vision@v2",
  summary,
  fields: () => ({
    ...common(),
    model_version: routedModelField("11B - OpenRouter"),
    api_key: ownKey(),
    privacy_level: privacyField(),
  }),
  outputs: askedOutputs,
  ...byName(),
});
