import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { orRef } from "../../contract/fields.ts";
import { askingBlock } from "./asking-block.ts";
import { BOX_FORMAT_NAMES } from "./box-formats.ts";
import { askedOutputs, ownKey, readOutputs, thinkingOutput, tokenOutputs, tokensField } from "./language-fields.ts";
import { effortField, privacyField, routed, steadyField } from "./via-openrouter.ts";

const summary = "Asks any model of OpenRouter about images.";
const first = lazy(() => ({
  model_id: orRef(z.string(), "string").describe("Name of the model at OpenRouter, such as vendor/model."),
  api_key: ownKey(),
  privacy_level: privacyField(),
  max_tokens: tokensField(500),
  temperature: steadyField(),
}));
const later = lazy(() => ({ ...first(), max_tokens: tokensField(2048), reasoning_effort: effortField() }));
const example = { model_id: "vendor/model" };

export const openrouterV1 = askingBlock({
  type: "roboflow_core/openrouter@v1",
  summary,
  fields: first,
  outputs: askedOutputs,
  example,
  settings: ({ model_id, privacy_level }) => routed(model_id, { privacy: privacy_level }),
});

export const openrouterV2 = askingBlock({
  type: "roboflow_core/openrouter@v2",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs },
  example,
  settings: ({ model_id, privacy_level: privacy, reasoning_effort: effort }) => routed(model_id, { privacy, effort }),
});

export const openrouterV3 = askingBlock({
  type: "roboflow_core/openrouter@v3",
  summary,
  fields: () => ({
    ...later(),
    detection_format: orRef(z.enum(BOX_FORMAT_NAMES), "string")
      .default("named_normalized")
      .describe("Form of the boxes that the model is asked for; models differ in what they are good at."),
  }),
  outputs: { ...askedOutputs, ...thinkingOutput, ...tokenOutputs, ...readOutputs },
  example,
  settings: ({ model_id, privacy_level: privacy, reasoning_effort: effort, detection_format: boxes }) =>
    routed(model_id, { privacy, effort, boxes }),
});
