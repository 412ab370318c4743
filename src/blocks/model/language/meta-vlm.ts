import { z } from "zod";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, freeTokens, ownKey, readOutputs, thinkingOutput, tokenOutputs } from "./language-fields.ts";
import { privacyField, routedModelField, unknownModel, viaOpenRouter } from "./via-openrouter.ts";

const summary = "Asks Meta Muse about images, by OpenRouter.";
const common = {
  api_key: ownKey,
  privacy_level: privacyField,
  max_tokens: freeTokens(2048),
  reasoning_effort: z
    .enum(["minimal", "low", "medium", "high", "xhigh"])
    .default("low")
    .describe("How much the model thinks."),
};
const check = ({ model_version: name }: { model_version?: unknown }) => unknownModel("model_version", name);

interface Asked {
  model_version: string;
  privacy_level: "allow" | "deny" | "zdr";
  reasoning_effort: string;
}

const settings = ({ model_version: model, privacy_level: privacy, reasoning_effort: effort }: Asked) =>
  viaOpenRouter({ model, privacy, effort, boxes: "named_0_1000" });

export const metaVlmV1 = askingBlock({
  type: "roboflow_core/meta_vlm@v1",
  summary,
  fields: { ...common, model_version: routedModelField("Muse Spark 1.2") },
  outputs: { ...askedOutputs, ...thinkingOutput },
  check,
  settings,
});

export const metaVlmV2 = askingBlock({
  type: "roboflow_core/meta_vlm@v2",
  summary,
  fields: { ...common, model_version: routedModelField("Muse Spark 1.3") },
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs },
  check,
  settings,
});

export const metaVlmV3 = askingBlock({
  type: "roboflow_core/meta_vlm@v3",
  summary,
  fields: { ...common, model_version: routedModelField("Muse Wonder") },
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs, ...readOutputs },
  check,
  example: { model_version: "Muse Spark 1.3" },
  settings,
});
