import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { defineBlock } from "../contract/block.ts";
import { modelRef } from "../contract/fields.ts";
import type { ModelAnswer } from "../contract/services.ts";
import { type Asked, classifyAll } from "./classify.ts";
import { confidenceField, images, learningFields, ownConfidenceFields } from "./model-fields.ts";

const common = lazy(() => ({
  images: images(),
  model_id: modelRef("classify").describe("Name of the model, mapped to a local ONNX file."),
  ...learningFields(),
}));
const summary = "Names the class of an image with a classifier of ours by its name.";
const example = { images: "$inputs.image", model_id: "kinds/1" };

export const classificationModelV1 = defineBlock({
  type: "roboflow_core/roboflow_classification_model@v1",
  aliases: ["RoboflowClassificationModel", "ClassificationModel"],
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "string" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll("classify", predicted),
});

export const classificationModelV2 = defineBlock({
  type: "roboflow_core/roboflow_classification_model@v2",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "inference_id", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll("classify", predicted),
});

export const classificationModelV3 = defineBlock({
  type: "roboflow_core/roboflow_classification_model@v3",
  category: "model",
  summary,
  inputs: () =>
    z.object({
      ...common(),
      ...ownConfidenceFields(),
    }),
  synonyms: { images: ["image"] },
  outputs: { predictions: "classification_prediction", inference_id: "inference_id", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: classifyAll("classify", predicted),
});

/** Classes of at least the lowest score, best first; scores are rounded to four digits, as with the reference. */
function predicted(answer: ModelAnswer<"classify"> | undefined, { least }: Asked) {
  const { reply, classes } = answer ?? { reply: { scores: new Float32Array() }, classes: [] };
  const predictions = Array.from(reply.scores, (score, classId) => ({
    class: classes[classId] ?? String(classId),
    class_id: classId,
    confidence: Math.round(score * 10_000) / 10_000,
  }))
    .filter(({ class_id: classId, confidence }) => confidence >= (least[classId] ?? 0))
    .sort((a, b) => b.confidence - a.confidence);
  return {
    predictions,
    top: predictions[0]?.class ?? "",
    confidence: predictions[0]?.confidence ?? 0,
  };
}
