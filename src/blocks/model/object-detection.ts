import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";
import { foundDetections } from "./found-detections.ts";
import {
  type ConfidenceInputs,
  confidenceField,
  confidenceModeFields,
  detectParameters,
  images,
  learningFields,
  type ObjectInputs,
  objectFields,
} from "./model-fields.ts";

const common = {
  images,
  model_id: modelRef("detect").describe("Name of the model, mapped to a local ONNX file."),
  ...objectFields,
  ...learningFields,
};
const summary = "Finds objects with a detection model of ours by its name.";
const example = { images: "$inputs.image", model_id: "shapes/1" };

export const objectDetectionModelV1 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v1",
  aliases: ["RoboflowObjectDetectionModel", "ObjectDetectionModel"],
  category: "model",
  summary,
  inputs: z.object({ ...common, confidence: confidenceField }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "string", predictions: "object_detection_prediction" },
  batches: ["images"],
  needs: ["models"],
  example,
  runMany: detectAll,
});

export const objectDetectionModelV2 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v2",
  category: "model",
  summary,
  inputs: z.object({ ...common, confidence: confidenceField }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "inference_id", predictions: "object_detection_prediction", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models"],
  example,
  runMany: detectAll,
});

export const objectDetectionModelV3 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v3",
  category: "model",
  summary,
  inputs: z.object({ ...common, ...confidenceModeFields }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "inference_id", predictions: "object_detection_prediction", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models"],
  example,
  runMany: detectAll,
});

type Inputs = { images: Image; model_id: string } & ObjectInputs & ConfidenceInputs;

async function detectAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models } = (contexts[0] as Context).services;
  const questions = elements.map((inputs) => ({
    model: inputs.model_id,
    item: inputs.images,
    parameters: detectParameters(inputs),
  }));
  const answers = await askModels(models, "detect", questions);
  return elements.map(({ images: image, model_id }, i) => {
    const inferenceId = randomUUID();
    const found = answers[i] ?? { reply: { rows: new Float32Array() }, classes: [] };
    return { inference_id: inferenceId, predictions: foundDetections(found, image, { inferenceId }), model_id };
  });
}
