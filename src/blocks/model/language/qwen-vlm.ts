import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import { orRef } from "../../contract/fields.ts";
import { askingBlock } from "./asking-block.ts";
import {
  askedOutputs,
  freeTokens,
  ownKey,
  readOutputs,
  thinkingOutput,
  tokenOutputs,
  tokensField,
} from "./language-fields.ts";
import { privacyField, routedModelField, steadyField, unknownModel, viaOpenRouter } from "./via-openrouter.ts";

const summary = "Asks Qwen about images, by OpenRouter.";
const NATIVE =
  'is "native": Qwen as a local model is not built in; "openrouter" asks it there, with a key of OpenRouter\'s';
const shared = lazy(() => ({
  api_key: ownKey(),
  privacy_level: privacyField(),
  backend: z
    .enum(["native", "openrouter"])
    .default("native")
    .describe("Where the model runs: only openrouter can be used here."),
  model_version: orRef(z.string(), "string").default("Qwen 3.5 VL 2B").describe("Local model; not used here."),
  fine_tuned_model_id: orRef(z.string(), "roboflow_model_id", "string")
    .nullable()
    .default(null)
    .describe("Local model of one's own; not used here."),
  enable_thinking: z.boolean().default(false).describe("Whether the local model thinks; not used here."),
}));
const first = lazy(() => ({
  ...shared(),
  openrouter_model_version: routedModelField("Qwen 3.6 27B"),
  max_tokens: tokensField(500),
  temperature: steadyField(),
}));
const later = lazy(() => ({
  ...shared(),
  openrouter_model_version: routedModelField("Qwen 3.7 Plus"),
  max_tokens: freeTokens(2048),
  reasoning_effort: z
    .enum(["none", "low", "medium", "high"])
    .default("none")
    .describe("How much the model thinks; those that always do think a little for none."),
}));
const example = { backend: "openrouter" };

interface Chosen {
  backend?: "native" | "openrouter";
  openrouter_model_version?: string;
}

const check = ({ backend, openrouter_model_version: name }: Chosen) =>
  backend === "native" ? [{ property: "backend", what: NATIVE }] : unknownModel("openrouter_model_version", name);

interface Asked {
  backend: "native" | "openrouter";
  openrouter_model_version: string;
  privacy_level: "allow" | "deny" | "zdr";
  reasoning_effort?: string;
}

function settings({ backend, openrouter_model_version: model, privacy_level: privacy, reasoning_effort }: Asked) {
  if (backend === "native") throw new StepError("STEP_INPUT", `"backend" ${NATIVE}`);
  return viaOpenRouter({ model, privacy, effort: reasoning_effort ?? null, boxes: "xyxy_0_1000" });
}

export const qwenVlmV1 = askingBlock({
  type: "roboflow_core/qwen_vlm@v1",
  summary,
  fields: first,
  outputs: { ...askedOutputs, ...thinkingOutput },
  check,
  example,
  settings,
});

export const qwenVlmV2 = askingBlock({
  type: "roboflow_core/qwen_vlm@v2",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...thinkingOutput },
  check,
  example,
  settings,
});

export const qwenVlmV3 = askingBlock({
  type: "roboflow_core/qwen_vlm@v3",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs },
  check,
  example,
  settings,
});

export const qwenVlmV4 = askingBlock({
  type: "roboflow_core/qwen_vlm@v4",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs, ...readOutputs },
  check,
  example,
  settings,
});
