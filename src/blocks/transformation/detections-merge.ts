import { z } from "zod";
import { type Detection, withItems } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";

export const detectionsMergeV1 = defineBlock({
  type: "roboflow_core/detections_merge@v1",
  category: "transformation",
  summary: "One detection around all others, with the least of their confidences.",
  inputs: z.object({
    predictions: ref(
      "object_detection_prediction",
      "instance_segmentation_prediction",
      "keypoint_detection_prediction",
    ).describe("Detections to merge."),
    class_name: z.string().default("merged_detection").describe("Class of the result; its class id is 0."),
  }),
  outputs: { predictions: "object_detection_prediction" },
  needs: ["ids"],
  example: { predictions: "$steps.model.predictions", class_name: "group" },
  run: ({ predictions, class_name }, { services: { ids } }) => {
    const [first, ...others] = predictions.items;
    if (first === undefined) return { predictions: withItems(predictions, []) };
    const merged = others.reduce(union, { box: first.box, confidence: first.confidence });
    const item: Detection = { ...merged, class: class_name, classId: 0, detectionId: ids.uuid() };
    return { predictions: withItems(predictions, [item]) };
  },
});

type Extent = Pick<Detection, "box" | "confidence">;

function union({ box: a, confidence }: Extent, next: Detection): Extent {
  const b = next.box;
  return {
    box: [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
    confidence: Math.min(confidence, next.confidence),
  };
}
