import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { KeyPoint } from "../../kinds/detections.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef, orRef } from "../contract/fields.ts";
import type { ModelAnswer } from "../contract/services.ts";
import { type FindInputs, findObjects } from "./find-objects.ts";
import { confidenceField, images, learningFields, objectFields, ownConfidenceFields } from "./model-fields.ts";

const common = lazy(() => ({
  images: images(),
  model_id: modelRef("keypoints").describe("Name of the model, mapped to a local ONNX file."),
  keypoint_confidence: orRef(z.number().min(0).max(1), "float_zero_to_one")
    .default(0)
    .describe("Lowest score of a key point to report; points that score 0 are never reported."),
  ...objectFields(),
  ...learningFields(),
}));
const summary = "Finds objects and their key points with a model of ours by its name.";
const example = { images: "$inputs.image", model_id: "people/1" };

export const keypointDetectionModelV1 = defineBlock({
  type: "roboflow_core/roboflow_keypoint_detection_model@v1",
  aliases: ["RoboflowKeypointDetectionModel", "KeypointsDetectionModel"],
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "string", predictions: "keypoint_detection_prediction" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: findAll,
});

export const keypointDetectionModelV2 = defineBlock({
  type: "roboflow_core/roboflow_keypoint_detection_model@v2",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: {
    inference_id: "inference_id",
    predictions: "keypoint_detection_prediction",
    model_id: "roboflow_model_id",
  },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: findAll,
});

export const keypointDetectionModelV3 = defineBlock({
  type: "roboflow_core/roboflow_keypoint_detection_model@v3",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...ownConfidenceFields() }),
  synonyms: { images: ["image"] },
  outputs: {
    inference_id: "inference_id",
    predictions: "keypoint_detection_prediction",
    model_id: "roboflow_model_id",
  },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: findAll,
});

type Inputs = FindInputs & { keypoint_confidence: number };

function findAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  return findObjects("keypoints", elements, contexts, {
    parameters: () => ({}),
    extra: (answer, row, element) => ({
      keypoints: pointsOf(answer, row, elements[element]?.keypoint_confidence ?? 0),
    }),
  });
}

/** Points of the object of a row: those of its class that score enough. */
function pointsOf(
  { reply: { rows, points }, points: names = [] }: ModelAnswer<"keypoints">,
  row: number,
  least: number,
) {
  const count = points.length / (rows.length / 6) / 3;
  const own = names[rows[row * 6 + 5] ?? 0] ?? names[0] ?? [];
  const found: KeyPoint[] = [];
  // A class may have fewer points than the model has places for.
  for (let i = 0; i < (own.length === 0 ? count : Math.min(count, own.length)); i++) {
    const [x = 0, y = 0, confidence = 0] = points.subarray((row * count + i) * 3, (row * count + i + 1) * 3);
    if (confidence > 0 && confidence >= least) found.push({ x, y, class: own[i] ?? String(i), classId: i, confidence });
  }
  return found;
}
