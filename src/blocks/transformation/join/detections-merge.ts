import { z } from "zod";
import { type Detection, withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { ref } from "../../contract/fields.ts";
import { enclosingBox } from "./enclosing-box.ts";

export const detectionsMergeV1 = defineBlock({
  type: "roboflow_core/detections_merge@v1",
  category: "transformation",
  summary: "One detection around all others, with the least of their confidences.",
  inputs: () =>
    z.object({
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
    const { items } = predictions;
    if (items.length === 0) return { predictions: withItems(predictions, []) };
    const box = enclosingBox(items.map((item) => item.box));
    const confidence = items.reduce((least, item) => Math.min(least, item.confidence), Number.POSITIVE_INFINITY);
    const item: Detection = { box, confidence, class: class_name, classId: 0, detectionId: ids.uuid() };
    return { predictions: withItems(predictions, [item]) };
  },
});
