import { z } from "zod";
import { type Detection, withItems } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";

export const overlapV1 = defineBlock({
  type: "roboflow_core/overlap@v1",
  category: "analytics",
  summary:
    "Keeps the objects that overlap one of a class, such as what lies on a pallet; those of the class are left out.",
  inputs: z.object({
    predictions: ref("object_detection_prediction", "instance_segmentation_prediction").describe(
      "Objects of all classes.",
    ),
    overlap_type: z
      .enum(["Center Overlap", "Any Overlap"])
      .default("Center Overlap")
      .describe("What has to lie in a box of the class: the object's middle, or any part of its box."),
    overlap_class_name: z.string().describe("Class that the others have to overlap."),
  }),
  outputs: { overlaps: "object_detection_prediction" },
  example: { predictions: "$steps.detect.predictions", overlap_class_name: "pallet" },
  run: ({ predictions, overlap_type, overlap_class_name }) => {
    const overlaps = overlap_type === "Center Overlap" ? hasMiddleOf : touches;
    const holders = predictions.items.filter((item) => item.class === overlap_class_name);
    const items = predictions.items.filter((item) => {
      return item.class !== overlap_class_name && holders.some((holder) => overlaps(holder.box, item.box));
    });
    return { overlaps: withItems(predictions, items) };
  },
});

type Box = Detection["box"];

function hasMiddleOf([x1, y1, x2, y2]: Box, other: Box): boolean {
  const [x, y] = [(other[0] + other[2]) / 2, (other[1] + other[3]) / 2];
  return x > x1 && x < x2 && y > y1 && y < y2;
}

function touches(a: Box, b: Box): boolean {
  return b[2] >= a[0] && b[0] <= a[2] && b[3] >= a[1] && b[1] <= a[3];
}
