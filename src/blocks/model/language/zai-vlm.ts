import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, freeTokens, ownKey, readOutputs, thinkingOutput, tokenOutputs } from "./language-fields.ts";
import { byName, privacyField, routedModelField } from "./via-openrouter.ts";

const summary = "Asks GLM about images, by OpenRouter.";
const fields = lazy(() => ({
  api_key: ownKey(),
  privacy_level: privacyField(),
  max_tokens: freeTokens(2048),
  model_version: routedModelField("GLM 5V Turbo"),
  reasoning_effort: z.enum(["none", "low", "medium", "high"]).default("none").describe("How much the model thinks."),
}));

export const zaiVlmV1 = askingBlock({
  type: "roboflow_core/zai_vlm@v1",
  summary,
  fields,
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs },
  ...byName("xyxy_0_1000"),
});

export const zaiVlmV2 = askingBlock({
  type: "roboflow_core/zai_vlm@v2",
  summary,
  fields,
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs, ...readOutputs },
  ...byName("xyxy_0_1000"),
});
