import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef } from "../contract/fields.ts";
import { type FindInputs, findObjects } from "./find-objects.ts";
import { confidenceField, confidenceModeFields, images, learningFields, objectFields } from "./model-fields.ts";

const common = lazy(() => ({
  images: images(),
  model_id: modelRef("detect").describe("Name of the model, mapped to a local ONNX file."),
  ...objectFields(),
  ...learningFields(),
}));
const summary = "Finds objects with a detection model of ours by its name.";
const example = { images: "$inputs.image", model_id: "shapes/1" };

export const objectDetectionModelV1 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v1",
  aliases: ["RoboflowObjectDetectionModel", "ObjectDetectionModel"],
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "string", predictions: "object_detection_prediction" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: detectAll,
});

export const objectDetectionModelV2 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v2",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "inference_id", predictions: "object_detection_prediction", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: detectAll,
});

export const objectDetectionModelV3 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v3",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...confidenceModeFields() }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "inference_id", predictions: "object_detection_prediction", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: detectAll,
});

function detectAll(elements: readonly FindInputs[], contexts: readonly Context<undefined, undefined>[]) {
  return findObjects("detect", elements, contexts, { parameters: () => ({}), extra: () => ({}) });
}
