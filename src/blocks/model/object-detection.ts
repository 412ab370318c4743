import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Detection, Detections } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../block.ts";
import { orRef, ref } from "../fields.ts";
import type { DetectedObjects, DetectParameters } from "../services.ts";

const unit = z.number().min(0).max(1);

const common = {
  images: ref("image").describe("Images to look for objects in."),
  model_id: orRef(z.string(), "roboflow_model_id").describe("Name of the model, mapped to a local ONNX file."),
  class_filter: orRef(z.array(z.string()), "list_of_values")
    .nullable()
    .default(null)
    .describe("Classes to keep; null for all."),
  iou_threshold: orRef(unit, "float_zero_to_one")
    .default(0.3)
    .describe("Overlap above which the weaker box is dropped."),
  max_detections: orRef(z.int().positive(), "integer").default(300).describe("Most objects to report for an image."),
  class_agnostic_nms: orRef(z.boolean(), "boolean")
    .default(false)
    .describe("Let boxes of different classes drop each other."),
  max_candidates: orRef(z.int().positive(), "integer")
    .default(3000)
    .describe("Most boxes to consider before dropping."),
  disable_active_learning: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Accepted and ignored: nothing leaves the device."),
  active_learning_target_dataset: orRef(z.string(), "roboflow_project")
    .nullable()
    .default(null)
    .describe("Accepted and ignored."),
};
const confidence = orRef(unit, "float_zero_to_one").default(0.4).describe("Lowest score to report.");

const summary = "Finds objects with a detection model of ours by its name.";
const example = { images: "$inputs.image", model_id: "shapes/1" };

export const objectDetectionModelV1 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v1",
  aliases: ["RoboflowObjectDetectionModel", "ObjectDetectionModel"],
  category: "model",
  summary,
  inputs: z.object({ ...common, confidence }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "string", predictions: "object_detection_prediction" },
  batches: ["images"],
  needs: ["models"],
  example,
  runMany: (elements, contexts) => detectAll(elements, contexts, (inputs) => inputs.confidence),
});

export const objectDetectionModelV2 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v2",
  category: "model",
  summary,
  inputs: z.object({ ...common, confidence }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "inference_id", predictions: "object_detection_prediction", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models"],
  example,
  runMany: (elements, contexts) => detectAll(elements, contexts, (inputs) => inputs.confidence),
});

export const objectDetectionModelV3 = defineBlock({
  type: "roboflow_core/roboflow_object_detection_model@v3",
  category: "model",
  summary,
  inputs: z.object({
    ...common,
    confidence_mode: orRef(z.enum(["best", "default", "custom"]), "string")
      .default("best")
      .describe("Where the lowest score comes from."),
    custom_confidence: orRef(unit, "float_zero_to_one")
      .default(0.4)
      .describe("Lowest score when confidence_mode is custom."),
  }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "inference_id", predictions: "object_detection_prediction", model_id: "roboflow_model_id" },
  batches: ["images"],
  needs: ["models"],
  example,
  runMany: (elements, contexts) =>
    detectAll(elements, contexts, (inputs) => (inputs.confidence_mode === "custom" ? inputs.custom_confidence : null)),
});

interface DetectInputs {
  images: Image;
  model_id: string;
  class_filter: readonly string[] | null;
  iou_threshold: number;
  max_detections: number;
  class_agnostic_nms: boolean;
  max_candidates: number;
}

/** One request for all elements that ask the same of the same model; the requests are sent together. */
async function detectAll<I extends DetectInputs>(
  elements: readonly I[],
  contexts: readonly Context<undefined, undefined>[],
  confidenceOf: (inputs: I) => number | null,
) {
  const { models } = (contexts[0] as Context).services;
  const requests = new Map<string, Request>();
  for (const [i, inputs] of elements.entries()) {
    const parameters = parametersOf(inputs, confidenceOf(inputs));
    const key = JSON.stringify([inputs.model_id, parameters]);
    const request = requests.get(key) ?? { model: inputs.model_id, parameters, images: [], members: [] };
    request.images.push(inputs.images);
    request.members.push(i);
    requests.set(key, request);
  }
  const results = new Array<DetectedObjects | undefined>(elements.length);
  const ask = async ({ model, images, parameters, members }: Request) => {
    const found = await models.detect(model, images, parameters);
    for (const [n, i] of members.entries()) results[i] = found[n];
  };
  await Promise.all([...requests.values()].map(ask));
  return elements.map((inputs, i) => {
    const inferenceId = randomUUID();
    const objects = results[i] ?? { rows: new Float32Array(), classes: [] };
    return {
      inference_id: inferenceId,
      predictions: toDetections(objects, inputs.images, inferenceId),
      model_id: inputs.model_id,
    };
  });
}

interface Request {
  model: string;
  parameters: DetectParameters;
  images: Image[];
  /** Places of the elements. */
  members: number[];
}

function parametersOf(inputs: DetectInputs, confidenceThreshold: number | null): DetectParameters {
  return {
    confidence: confidenceThreshold,
    iouThreshold: inputs.iou_threshold,
    maxDetections: inputs.max_detections,
    maxCandidates: inputs.max_candidates,
    classAgnostic: inputs.class_agnostic_nms,
    classFilter: inputs.class_filter,
  };
}

function toDetections({ rows, classes }: DetectedObjects, image: Image, inferenceId: string): Detections {
  const items: Detection[] = [];
  for (let i = 0; i + 5 < rows.length; i += 6) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, classId = 0] = rows.subarray(i, i + 6);
    items.push({
      box: [x1, y1, x2, y2],
      confidence: score,
      class: classes[classId] ?? String(classId),
      classId,
      detectionId: randomUUID(),
    });
  }
  const { width, height, parentId, parent, root } = image;
  return { kind: "detections", items, width, height, parentId, parent, root, inferenceId };
}
