import { z } from "zod";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, freeTokensField, ownKey, readOutputs, thinkingOutput, tokenOutputs } from "./language-fields.ts";
import { byName, privacyField, routedModelField } from "./via-openrouter.ts";

export const mistralVlmV1 = askingBlock({
  type: "roboflow_core/mistral_vlm@v1",
  summary: "Asks Mistral about images, by OpenRouter.",
  fields: () => ({
    api_key: ownKey(),
    privacy_level: privacyField(),
    max_tokens: freeTokensField(),
    model_version: routedModelField("Mistral Large 4"),
    reasoning_effort: z.enum(["high", "none"]).default("none").describe("How much the model thinks."),
  }),
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs, ...readOutputs },
  ...byName(),
});
