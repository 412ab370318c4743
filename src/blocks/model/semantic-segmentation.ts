import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef } from "../contract/fields.ts";
import { askModels } from "./ask-models.ts";
import { foundDetections } from "./found-detections.ts";
import { type ConfidenceInputs, confidenceModeFields, confidenceOf, images } from "./model-fields.ts";

const common = lazy(() => ({
  images: images(),
  model_id: modelRef("semantic").describe("Name of the model, mapped to a local ONNX file."),
}));
const summary = "Names the class of every pixel with a model of ours by its name.";
const outputs = {
  inference_id: "inference_id",
  predictions: "semantic_segmentation_prediction",
  model_id: "roboflow_model_id",
} as const;
const example = { images: "$inputs.image", model_id: "ground/1" };

export const semanticSegmentationModelV1 = defineBlock({
  type: "roboflow_core/roboflow_semantic_segmentation_model@v1",
  category: "model",
  summary,
  inputs: () => z.object(common()),
  synonyms: { images: ["image"] },
  outputs,
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: segmentAll,
});

export const semanticSegmentationModelV2 = defineBlock({
  type: "roboflow_core/roboflow_semantic_segmentation_model@v2",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...confidenceModeFields() }),
  synonyms: { images: ["image"] },
  outputs,
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: segmentAll,
});

type Inputs = { images: Image; model_id: string } & (ConfidenceInputs | object);

async function segmentAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map((inputs) => ({
    model: inputs.model_id,
    item: inputs.images,
    parameters: { confidence: "confidence_mode" in inputs ? confidenceOf(inputs) : null },
  }));
  const answers = await askModels(models, "semantic", questions);
  return elements.map(({ images: image, model_id }, i) => {
    const inferenceId = ids.uuid();
    const answer = answers[i] ?? { reply: { rows: new Float32Array(), masks: [] }, classes: [] };
    const extra = (row: number) => {
      const mask = answer.reply.masks[row];
      return mask === undefined ? {} : { mask };
    };
    return {
      inference_id: inferenceId,
      predictions: foundDetections(answer, image, { ids, inferenceId, extra }),
      model_id,
    };
  });
}
