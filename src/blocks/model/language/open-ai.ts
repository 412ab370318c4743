import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { orRef } from "../../contract/fields.ts";
import type { AskSettings } from "./ask-language.ts";
import { askingBlock } from "./asking-block.ts";
import {
  askedOutputs,
  freeEffortField,
  freeTokensField,
  modelField,
  neededKey,
  ownKey,
  segmentedOutputs,
  segmentingTask,
  tokenOutputs,
  tokensField,
} from "./language-fields.ts";

const summary = "Asks a model of OpenAI about images.";
const image_detail = lazy(() =>
  orRef(z.enum(["auto", "high", "low"]), "string")
    .default("auto")
    .describe("How closely the model looks: low costs least."),
);
const later = lazy(() => ({
  image_detail: image_detail(),
  model_version: modelField("gpt-5.1"),
  reasoning_effort: freeEffortField(),
  api_key: ownKey(),
  max_tokens: freeTokensField(),
}));
const OUTPUT_CLASSES = "is stated, which is not taken here: predictions are of the classes asked for";

interface Asked {
  model_version: string;
  image_detail: string;
  reasoning_effort?: string | null;
  service_tier?: string | null;
}

function settings({ model_version: model, image_detail: imageDetail, reasoning_effort, service_tier }: Asked) {
  const extra = {
    ...(reasoning_effort ? { reasoning_effort } : {}),
    ...(service_tier ? { service_tier } : {}),
  };
  return { provider: "openai", model, imageDetail, extra } satisfies AskSettings;
}

export const openAiV2 = askingBlock({
  type: "roboflow_core/open_ai@v2",
  summary,
  fields: () => ({
    image_detail: image_detail(),
    model_version: modelField("gpt-4o"),
    api_key: neededKey(),
    max_tokens: tokensField(450),
  }),
  outputs: askedOutputs,
  settings,
});

export const openAiV3 = askingBlock({
  type: "roboflow_core/open_ai@v3",
  summary,
  fields: () => ({
    image_detail: image_detail(),
    model_version: modelField("gpt-5"),
    api_key: ownKey(),
    max_tokens: tokensField(450),
  }),
  outputs: askedOutputs,
  settings,
});

export const openAiV4 = askingBlock({
  type: "roboflow_core/open_ai@v4",
  summary,
  fields: later,
  outputs: askedOutputs,
  settings,
});

export const openAiV5 = askingBlock({
  type: "roboflow_core/open_ai@v5",
  summary,
  fields: later,
  outputs: askedOutputs,
  settings,
});

export const openAiV6 = askingBlock({
  type: "roboflow_core/open_ai@v6",
  summary,
  fields: later,
  outputs: { ...askedOutputs, ...tokenOutputs },
  settings,
});

export const openAiV7 = askingBlock({
  type: "roboflow_core/open_ai@v7",
  summary,
  fields: () => ({
    ...later(),
    task_type: segmentingTask(),
    output_classes: orRef(z.array(z.string()), "list_of_values")
      .nullable()
      .default(null)
      .describe("Not taken here: predictions are of the classes asked for."),
    service_tier: orRef(z.enum(["auto", "default", "flex", "priority", "ultrafast"]), "string")
      .nullable()
      .default(null)
      .describe("How soon the provider answers, and at which price; its own way by default."),
  }),
  outputs: { ...askedOutputs, ...tokenOutputs, ...segmentedOutputs },
  check: ({ output_classes: stated }) => {
    return stated === null || stated === undefined ? [] : [{ property: "output_classes", what: OUTPUT_CLASSES }];
  },
  settings,
});
