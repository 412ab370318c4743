import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import type { Detection } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import type { IdService } from "../../contract/services.ts";
import { taskOfModel } from "../../reference/together.ts";
import {
  fractionsOrThousandths,
  namedThousandths,
  percents,
  pixelsSentToAnthropic,
  pixelsSentToOpenAi,
  type ReadBoxes,
  thousandths,
} from "./answer-boxes.ts";
import { detectionsOn } from "./answer-detections.ts";
import { type AnswerJson, answerJson } from "./answer-json.ts";
import { florenceBoxes } from "./florence-boxes.ts";

const TASKS = [
  "object-detection",
  "open-vocabulary-object-detection",
  "region-proposal",
  "object-detection-and-caption",
  "ocr-with-text-detection",
  "phrase-grounded-object-detection",
] as const;

const fields = lazy(() => ({
  image: ref("image").describe("Picture that the model was asked about."),
  vlm_output: ref("language_model_output").describe("The model's answer, with JSON in it."),
  classes: orRef(z.array(z.string()), "list_of_values").describe(
    "Class names in the order of their ids; other names get the id -1.",
  ),
}));
const task = lazy(() =>
  z.enum(TASKS).describe("What the model was asked for; all but object-detection are tasks of florence-2."),
);
const example = {
  image: "$inputs.image",
  vlm_output: "$inputs.answer",
  classes: ["cat", "dog"],
  model_type: "google-gemini",
  task_type: "object-detection",
};

export const vlmAsDetectorV1 = defineBlock({
  type: "roboflow_core/vlm_as_detector@v1",
  category: "data",
  summary: "Reads detections from the answer of a language model.",
  inputs: () =>
    z.object({
      ...fields(),
      model_type: z.enum(["google-gemini", "anthropic-claude", "florence-2"]).describe("Whose answer it is."),
      task_type: task(),
    }),
  outputs: { error_status: "boolean", predictions: "object_detection_prediction", inference_id: "string" },
  needs: ["ids"],
  check: taskOfModel as never,
  example,
  run: (values, { services }) => detected(values, fractionsOrThousandths, services.ids),
});

const FORMATS = {
  openai: pixelsSentToOpenAi,
  "google-gemini": fractionsOrThousandths,
  "anthropic-claude": pixelsSentToAnthropic,
  spacexai: percents,
  qwen: thousandths,
  muse: namedThousandths,
  "florence-2": fractionsOrThousandths,
  zai: thousandths,
  "zai-flash": thousandths,
} as const satisfies Record<string, ReadBoxes>;

export const vlmAsDetectorV2 = defineBlock({
  type: "roboflow_core/vlm_as_detector@v2",
  category: "data",
  summary: "Reads detections from the answer of a language model, in the form that this model gives.",
  inputs: () =>
    z.object({
      ...fields(),
      model_type: z.enum(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).describe("Whose answer it is."),
      task_type: task(),
    }),
  outputs: { error_status: "boolean", predictions: "object_detection_prediction", inference_id: "inference_id" },
  needs: ["ids"],
  check: taskOfModel as never,
  example,
  run: (values, { services }) => detected(values, FORMATS[values.model_type], services.ids),
});

interface Values {
  image: Image;
  vlm_output: string;
  classes: unknown[];
  model_type: string;
  task_type: string;
}

function detected(values: Values, read: ReadBoxes, ids: IdService) {
  const inferenceId = ids.uuid();
  try {
    const json = answerJson(values.vlm_output);
    const predictions =
      json === undefined ? null : detectionsOn(values.image, itemsOf(json, { ...values, read, ids }), inferenceId);
    return { error_status: predictions === null, predictions, inference_id: inferenceId };
  } catch {
    // The status says that the answer is not as asked for.
    return { error_status: true, predictions: null, inference_id: inferenceId };
  }
}

interface Reading extends Values {
  read: ReadBoxes;
  ids: IdService;
}

function itemsOf(json: AnswerJson, { image, classes, model_type, task_type, read, ids }: Reading): Detection[] {
  const names = classes.map(String);
  if (model_type === "florence-2") {
    const boxes = florenceBoxes(json, task_type, names);
    return boxes.map((found) => ({ ...found, confidence: 1, detectionId: ids.uuid() }));
  }
  return read(json, image).map((found) => {
    return { ...found, classId: names.lastIndexOf(found.class), detectionId: ids.uuid() };
  });
}
