import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, freeTokens, ownKey, readOutputs, thinkingOutput, tokenOutputs } from "./language-fields.ts";
import { byName, privacyField, routedModelField } from "./via-openrouter.ts";

const summary = "Asks Meta Muse about images, by OpenRouter.";
const common = lazy(() => ({
  api_key: ownKey(),
  privacy_level: privacyField(),
  max_tokens: freeTokens(2048),
  reasoning_effort: z
    .enum(["minimal", "low", "medium", "high", "xhigh"])
    .default("low")
    .describe("How much the model thinks."),
}));

export const metaVlmV1 = askingBlock({
  type: "roboflow_core/meta_vlm@v1",
  summary,
  fields: () => ({ ...common(), model_version: routedModelField("Muse Spark 1.2") }),
  outputs: { ...askedOutputs, ...thinkingOutput },
  ...byName("named_0_1000"),
});

export const metaVlmV2 = askingBlock({
  type: "roboflow_core/meta_vlm@v2",
  summary,
  fields: () => ({ ...common(), model_version: routedModelField("Muse Spark 1.3") }),
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs },
  ...byName("named_0_1000"),
});

export const metaVlmV3 = askingBlock({
  type: "roboflow_core/meta_vlm@v3",
  summary,
  fields: () => ({ ...common(), model_version: routedModelField("Muse Wonder") }),
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs, ...readOutputs },
  example: { model_version: "Muse Spark 1.3" },
  ...byName("named_0_1000"),
});
