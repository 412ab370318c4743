import { z } from "zod";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef } from "../contract/fields.ts";
import type { ModelAnswer } from "../contract/services.ts";
import { askModels } from "./ask-models.ts";
import {
  type ConfidenceInputs,
  confidenceField,
  confidenceOf,
  images,
  learningFields,
  ownConfidenceFields,
} from "./model-fields.ts";

const common = {
  images,
  model_id: modelRef("classify").describe("Name of the model, mapped to a local ONNX file."),
  ...learningFields,
};
const summary = "Names the class of an image with a classifier of ours by its name.";
const example = { images: "$inputs.image", model_id: "kinds/1" };

export const classificationModelV1 = defineBlock({
  type: "roboflow_core/roboflow_classification_model@v1",
  aliases: ["RoboflowClassificationModel", "ClassificationModel"],
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

export const classificationModelV2 = defineBlock({
  type: "roboflow_core/roboflow_classification_model@v2",
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

export const classificationModelV3 = defineBlock({
  type: "roboflow_core/roboflow_classification_model@v3",
  category: "model",
  summary,
  inputs: z.object({
    ...common,
    ...ownConfidenceFields,
  }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "inference_id", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll,
});

type Inputs = { images: Image; model_id: string } & ConfidenceInputs;

/** Lowest score to report where none is stated, as with the reference. */
const DEFAULT_CONFIDENCE = 0.5;

async function classifyAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map((inputs) => ({ model: inputs.model_id, item: inputs.images, parameters: {} }));
  const answers = await askModels(models, "classify", questions);
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

/** Classes of at least the lowest score, best first; scores are rounded to four digits, as with the reference. */
function prediction(answer: ModelAnswer<"classify"> | undefined, { image, least, inferenceId }: Asked) {
  const { reply, classes } = answer ?? { reply: { scores: new Float32Array() }, classes: [] };
  const predictions = Array.from(reply.scores, (score, classId) => ({
    class: classes[classId] ?? String(classId),
    class_id: classId,
    confidence: Math.round(score * 10_000) / 10_000,
  }))
    .filter(({ confidence }) => confidence >= least)
    .sort((a, b) => b.confidence - a.confidence);
  return {
    image: { width: image.width, height: image.height },
    predictions,
    top: predictions[0]?.class ?? "",
    confidence: predictions[0]?.confidence ?? 0,
    inference_id: inferenceId,
    prediction_type: "classification",
    parent_id: image.parentId,
    root_parent_id: image.root.id,
  };
}
