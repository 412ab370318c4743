import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { modelRef, orRef } from "../contract/fields.ts";
import { type FindInputs, findObjects } from "./find-objects.ts";
import { confidenceField, confidenceModeFields, images, learningFields, objectFields } from "./model-fields.ts";

const unit = lazy(() => z.number().min(0).max(1));

const common = lazy(() => ({
  images: images(),
  model_id: modelRef("segment").describe("Name of the model, mapped to a local ONNX file."),
  ...objectFields(),
  mask_decode_mode: orRef(z.enum(["accurate", "tradeoff", "fast"]), "string")
    .default("accurate")
    .describe(
      "How fine masks are: accurate decides every pixel of the image, fast the cells of the model's map, tradeoff cells of a size between.",
    ),
  tradeoff_factor: orRef(unit(), "float_zero_to_one")
    .default(0)
    .describe("With tradeoff: 0 for cells of the model's map, 1 for pixels of its input."),
  ...learningFields(),
}));
const dense = lazy(() => ({
  enforce_dense_masks_in_inference_models: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Accepted and ignored: masks are run lengths, which hold every pixel."),
}));
const summary = "Finds objects and their masks with a segmentation model of ours by its name.";
const example = { images: "$inputs.image", model_id: "shapes/2" };

export const instanceSegmentationModelV1 = defineBlock({
  type: "roboflow_core/roboflow_instance_segmentation_model@v1",
  aliases: ["RoboflowInstanceSegmentationModel", "InstanceSegmentationModel"],
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...dense(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: { inference_id: "string", predictions: "instance_segmentation_prediction" },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: segmentAll,
});

export const instanceSegmentationModelV2 = defineBlock({
  type: "roboflow_core/roboflow_instance_segmentation_model@v2",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...dense(), confidence: confidenceField() }),
  synonyms: { images: ["image"] },
  outputs: {
    inference_id: "inference_id",
    predictions: "instance_segmentation_prediction",
    model_id: "roboflow_model_id",
  },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: segmentAll,
});

export const instanceSegmentationModelV3 = defineBlock({
  type: "roboflow_core/roboflow_instance_segmentation_model@v3",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...dense(), ...confidenceModeFields() }),
  synonyms: { images: ["image"] },
  outputs: {
    inference_id: "inference_id",
    predictions: "instance_segmentation_prediction",
    model_id: "roboflow_model_id",
  },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: segmentAll,
});

export const instanceSegmentationModelV4 = defineBlock({
  type: "roboflow_core/roboflow_instance_segmentation_model@v4",
  category: "model",
  summary,
  inputs: () => z.object({ ...common(), ...confidenceModeFields() }),
  synonyms: { images: ["image"] },
  outputs: {
    inference_id: "inference_id",
    predictions: ["rle_instance_segmentation_prediction", "instance_segmentation_prediction"],
    model_id: "roboflow_model_id",
  },
  batches: ["images"],
  needs: ["models", "ids"],
  example,
  runMany: segmentAll,
});

type Inputs = FindInputs & { mask_decode_mode: "accurate" | "tradeoff" | "fast"; tradeoff_factor: number };

function segmentAll(elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) {
  return findObjects("segment", elements, contexts, {
    parameters: (element) => ({ maskDetail: detailOf(elements[element]) }),
    extra: ({ reply: { masks } }, row) => {
      const mask = masks[row];
      return mask === undefined ? {} : { mask };
    },
  });
}

function detailOf(inputs: Inputs | undefined): number | null {
  if (inputs === undefined || inputs.mask_decode_mode === "accurate") return null;
  return inputs.mask_decode_mode === "fast" ? 0 : inputs.tradeoff_factor;
}
