import { z } from "zod";
import { BoxTree } from "../../geometry/box-tree.ts";
import { type Detection, withItems } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { ref } from "../contract/fields.ts";

export const overlapV1 = defineBlock({
  type: "roboflow_core/overlap@v1",
  category: "analytics",
  summary:
    "Keeps the objects that overlap one of a class, such as what lies on a pallet; those of the class are left out.",
  inputs: () =>
    z.object({
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
    const holders = predictions.items.filter((item) => item.class === overlap_class_name).map(({ box }) => box);
    const tree = new BoxTree(holders);
    const isHeld = ({ box }: Detection) =>
      overlap_type === "Any Overlap"
        ? tree.some(box, () => true)
        : tree.some(middleOf(box), (holder) => hasInside(holders[holder] as Box, middleOf(box)));
    const items = predictions.items.filter((item) => item.class !== overlap_class_name && isHeld(item));
    return { overlaps: withItems(predictions, items) };
  },
});

type Box = Detection["box"];

function middleOf([x1, y1, x2, y2]: Box): Box {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return [x, y, x, y];
}

function hasInside([x1, y1, x2, y2]: Box, [x, y]: Box): boolean {
  return x > x1 && x < x2 && y > y1 && y < y2;
}
