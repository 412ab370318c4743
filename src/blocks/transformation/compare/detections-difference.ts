import { z } from "zod";
import { withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { changedPairs } from "./changed-pairs.ts";

export const detectionsDifferenceV1 = defineBlock({
  type: "roboflow_core/detections_difference@v1",
  aliases: ["DetectionsDifference"],
  category: "transformation",
  summary: "Tells which objects went, stayed and came between two lists of detections, such as before and after.",
  inputs: () =>
    z.object({
      reference_predictions: ref("object_detection_prediction").describe("The old detections."),
      candidate_predictions: ref("object_detection_prediction").describe("The new detections."),
      spatial_weight: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.4)
        .describe("What 1 - intersection over union counts; boxes apart count more the farther they are."),
      class_mismatch_penalty: orRef(z.number().min(0), "float").default(0.15).describe("What another class adds."),
      reject_cost: orRef(z.number().min(0), "float")
        .default(0.75)
        .describe("Cost above which two detections are not one object."),
      class_strict: orRef(z.boolean(), "boolean")
        .default(false)
        .describe("Detections of other classes are never one object."),
      min_removed_to_verify: orRef(z.int().min(1), "integer")
        .default(1)
        .describe("How many have to be gone for verified."),
    }),
  outputs: {
    removed_detections: "object_detection_prediction",
    persisted_detections: "object_detection_prediction",
    new_detections: "object_detection_prediction",
    removed_count: "integer",
    new_count: "integer",
    verified: "boolean",
  },
  example: { reference_predictions: "$steps.delay.output", candidate_predictions: "$steps.detect.predictions" },
  run: ({ reference_predictions: before, candidate_predictions: after, ...rules }) => {
    const pairs = changedPairs(before.items, after.items, {
      weight: rules.spatial_weight,
      penalty: rules.class_mismatch_penalty,
      isStrict: rules.class_strict,
      limit: rules.reject_cost,
    });
    const removed = before.items.filter((_, i) => !pairs.has(i));
    const stayed = new Set(pairs.values());
    const added = after.items.filter((_, i) => !stayed.has(i));
    return {
      removed_detections: withItems(before, removed),
      persisted_detections: withItems(
        after,
        after.items.filter((_, i) => stayed.has(i)),
      ),
      new_detections: withItems(after, added),
      removed_count: removed.length,
      new_count: added.length,
      verified: before.items.length > 0 && removed.length >= rules.min_removed_to_verify,
    };
  },
});
