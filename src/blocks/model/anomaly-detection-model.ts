import { z } from "zod";
import type { Image } from "../../kinds/image.ts";
import type { FoundAnomaly } from "../../kinds/model-task.ts";
import { stretchMap } from "../../vision/contrast/stretch-map.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef, orRef } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";
import { images, learningFields } from "./model-fields.ts";

export const anomalyDetectionModelV1 = defineBlock({
  type: "roboflow_core/anomaly_detection_model@v1",
  category: "model",
  summary: "Scores how much an image differs from normal ones, and where.",
  inputs: () =>
    z.object({
      images: images(),
      model_id: modelRef("anomaly").describe("Name of the model, mapped to a local ONNX file."),
      include_anomaly_map: orRef(z.boolean(), "boolean")
        .default(true)
        .describe("Whether to give the map of the image."),
      confidence: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.5)
        .describe("Confidence from which on an image counts as anomalous; at the threshold it is 0.5."),
      anomaly_threshold: orRef(z.number(), "float")
        .nullable()
        .default(null)
        .describe("Score in place of the model's own threshold."),
      ...learningFields(),
    }),
  synonyms: { images: ["image"] },
  outputs: {
    predictions: "classification_prediction",
    anomaly_score: "float",
    anomaly_threshold: "float",
    anomaly_decision_threshold: "float",
    is_anomalous: "boolean",
    anomaly_map: "numpy_array",
    inference_id: "inference_id",
    model_id: "roboflow_model_id",
  },
  batches: ["images"],
  needs: ["models", "ids"],
  example: { images: "$inputs.image", model_id: "bottles/1", confidence: 0.6 },
  runMany: judgeAll,
});

interface Inputs {
  images: Image;
  model_id: string;
  include_anomaly_map: boolean;
  confidence: number;
  anomaly_threshold: number | null;
}

async function judgeAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map(({ model_id: model, images: item }) => ({ model, item, parameters: {} }));
  const answers = await askModels(models, "anomaly", questions);
  return elements.map((inputs, i) => {
    const reply = answers[i]?.reply;
    return reply === undefined ? null : outcome(reply, inputs, ids.uuid());
  });
}

const CLASSES = ["normal", "anomalous"] as const;

function outcome(reply: FoundAnomaly, inputs: Inputs, inference_id: string) {
  const { images: image, model_id, include_anomaly_map: withMap } = inputs;
  const { score, scale, map } = reply;
  const threshold = inputs.anomaly_threshold ?? reply.threshold;
  const decision = threshold + scale * logit(inputs.confidence);
  const anomalous = 1 / (1 + Math.exp(-(score - threshold) / scale));
  const isAnomalous = score >= decision;
  const predictions = [1 - anomalous, anomalous]
    .map((confidence, class_id) => ({ class: CLASSES[class_id] ?? "", class_id, confidence }))
    .sort((a, b) => b.confidence - a.confidence);
  const top = CLASSES[isAnomalous ? 1 : 0];
  return {
    predictions: {
      image: { width: image.width, height: image.height },
      predictions,
      top,
      confidence: isAnomalous ? anomalous : 1 - anomalous,
      inference_id,
      prediction_type: "classification",
      parent_id: image.parentId,
      root_parent_id: image.root.id,
    },
    anomaly_score: score,
    anomaly_threshold: threshold,
    anomaly_decision_threshold: decision,
    is_anomalous: isAnomalous,
    anomaly_map: withMap && map !== null ? rowsOf(stretchMap(map.values, map, image), image) : null,
    inference_id,
    model_id,
  };
}

/** Beyond this a confidence is 0 or 1 in double precision. */
const MOST = 700;

function logit(confidence: number): number {
  return Math.max(-MOST, Math.min(MOST, Math.log(confidence / (1 - confidence))));
}

function rowsOf(values: Float32Array, { width, height }: Image): Float32Array[] {
  return Array.from({ length: height }, (_, y) => values.subarray(y * width, (y + 1) * width));
}
