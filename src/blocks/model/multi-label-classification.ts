import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { defineBlock } from "../contract/block.ts";
import { modelRef } from "../contract/fields.ts";
import type { ModelAnswer } from "../contract/services.ts";
import { type Asked, classifyAll } from "./classify.ts";
import { confidenceField, confidenceModeFields, images, learningFields } from "./model-fields.ts";

const common = lazy(() => ({
  images: images(),
  model_id: modelRef("classify_multi_label").describe("Name of the model, mapped to a local ONNX file."),
  ...learningFields(),
}));
const summary = "Names every class that an image shows with a classifier of ours by its name.";
const example = { images: "$inputs.image", model_id: "traits/1" };

export const multiLabelClassificationModelV1 = defineBlock({
  type: "roboflow_core/roboflow_multi_label_classification_model@v1",
  aliases: ["RoboflowMultiLabelClassificationModel", "MultiLabelClassificationModel"],
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "string" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll("classify_multi_label", predicted),
});

export const multiLabelClassificationModelV2 = defineBlock({
  type: "roboflow_core/roboflow_multi_label_classification_model@v2",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "inference_id", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll("classify_multi_label", predicted),
});

export const multiLabelClassificationModelV3 = defineBlock({
  type: "roboflow_core/roboflow_multi_label_classification_model@v3",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...confidenceModeFields() }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "inference_id", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll("classify_multi_label", predicted),
});

/** The score of every class, and the classes that score enough. */
function predicted(answer: ModelAnswer<"classify_multi_label"> | undefined, { least }: Asked) {
  const scores = [...(answer?.reply.scores ?? [])];
  const names = scores.map((_, classId) => answer?.classes[classId] ?? String(classId));
  return {
    predictions: Object.fromEntries(
      scores.map((confidence, classId) => [names[classId] ?? "", { confidence, class_id: classId }]),
    ),
    predicted_classes: names.filter((_, classId) => (scores[classId] ?? 0) >= (least[classId] ?? 0)),
  };
}
