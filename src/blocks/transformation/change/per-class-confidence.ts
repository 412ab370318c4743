import { z } from "zod";
import { withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";

export const perClassConfidenceFilterV1 = defineBlock({
  type: "roboflow_core/per_class_confidence_filter@v1",
  category: "transformation",
  summary: "Keeps the detections that reach the confidence set for their class.",
  inputs: () =>
    z.object({
      predictions: ref(
        "object_detection_prediction",
        "instance_segmentation_prediction",
        "keypoint_detection_prediction",
      ).describe("Detections to filter."),
      class_thresholds: orRef(z.record(z.string(), z.number()), "dictionary").describe(
        "Least confidence by class name.",
      ),
      default_threshold: orRef(z.number(), "float_zero_to_one")
        .default(0.3)
        .describe("Least confidence of every other class."),
    }),
  outputs: {
    predictions: ["object_detection_prediction", "instance_segmentation_prediction", "keypoint_detection_prediction"],
  },
  batches: ["predictions"],
  example: { predictions: "$steps.model.predictions", class_thresholds: { person: 0.6, car: 0.4 } },
  run: ({ predictions, class_thresholds, default_threshold }) => {
    const thresholds = new Map(Object.entries(class_thresholds));
    const kept = predictions.items.filter((item) => {
      return item.confidence >= (thresholds.get(item.class) ?? default_threshold);
    });
    return { predictions: withItems(predictions, kept) };
  },
});
