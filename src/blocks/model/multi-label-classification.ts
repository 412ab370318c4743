import { z } from "zod";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef } from "../contract/fields.ts";
import type { ModelAnswer } from "../contract/services.ts";
import { askModels } from "./ask-models.ts";
import {
  type ConfidenceInputs,
  confidenceField,
  confidenceModeFields,
  confidenceOf,
  images,
  learningFields,
} from "./model-fields.ts";

const common = {
  images,
  model_id: modelRef("classify_multi_label").describe("Name of the model, mapped to a local ONNX file."),
  ...learningFields,
};
const summary = "Names every class that an image shows with a classifier of ours by its name.";
const example = { images: "$inputs.image", model_id: "traits/1" };

export const multiLabelClassificationModelV1 = defineBlock({
  type: "roboflow_core/roboflow_multi_label_classification_model@v1",
  aliases: ["RoboflowMultiLabelClassificationModel", "MultiLabelClassificationModel"],
  category: "model",
  summary,
  inputs: z.object({ ...common, confidence: confidenceField }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "string" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll,
});

export const multiLabelClassificationModelV2 = defineBlock({
  type: "roboflow_core/roboflow_multi_label_classification_model@v2",
  category: "model",
  summary,
  inputs: z.object({ ...common, confidence: confidenceField }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "inference_id", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll,
});

export const multiLabelClassificationModelV3 = defineBlock({
  type: "roboflow_core/roboflow_multi_label_classification_model@v3",
  category: "model",
  summary,
  inputs: z.object({ ...common, ...confidenceModeFields }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "inference_id", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll,
});

type Inputs = { images: Image; model_id: string } & ConfidenceInputs;

/** Lowest score of a class that is predicted where none is stated. */
const DEFAULT_CONFIDENCE = 0.5;

async function classifyAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map((inputs) => ({ model: inputs.model_id, item: inputs.images, parameters: {} }));
  const answers = await askModels(models, "classify_multi_label", questions);
  return elements.map((inputs, i) => {
    const inferenceId = ids.uuid();
    const least = confidenceOf(inputs) ?? DEFAULT_CONFIDENCE;
    const predictions = prediction(answers[i], { image: inputs.images, least, inferenceId });
    return { predictions, inference_id: inferenceId, model_id: inputs.model_id };
  });
}

interface Asked {
  image: Image;
  least: number;
  inferenceId: string;
}

/** The score of every class, and the classes that score enough. */
function prediction(answer: ModelAnswer<"classify_multi_label"> | undefined, { image, least, inferenceId }: Asked) {
  const scores = [...(answer?.reply.scores ?? [])];
  const names = scores.map((_, classId) => answer?.classes[classId] ?? String(classId));
  return {
    image: { width: image.width, height: image.height },
    predictions: Object.fromEntries(
      scores.map((confidence, classId) => [names[classId] ?? "", { confidence, class_id: classId }]),
    ),
    predicted_classes: names.filter((_, classId) => (scores[classId] ?? 0) >= least),
    inference_id: inferenceId,
    prediction_type: "classification",
    parent_id: image.parentId,
    root_parent_id: image.root.id,
  };
}
