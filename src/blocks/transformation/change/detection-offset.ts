import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { type Detection, type Detections, withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";

const size = lazy(() => orRef(z.int().positive(), "integer"));

export const detectionOffsetV1 = defineBlock({
  type: "roboflow_core/detection_offset@v1",
  aliases: ["DetectionOffset"],
  category: "transformation",
  summary: "Grows every box around its centre, within the image.",
  inputs: () =>
    z.object({
      predictions: ref(
        "object_detection_prediction",
        "instance_segmentation_prediction",
        "keypoint_detection_prediction",
      ).describe("Detections to grow."),
      offset_width: size().describe("What is added to the width, half on each side."),
      offset_height: size().describe("What is added to the height, half on each side."),
      units: z.enum(["Percent (%)", "Pixels"]).default("Pixels").describe("Unit of both; percent is of the box."),
    }),
  synonyms: { offset_width: ["offset_x"], offset_height: ["offset_y"] },
  outputs: {
    predictions: ["object_detection_prediction", "instance_segmentation_prediction", "keypoint_detection_prediction"],
  },
  batches: ["predictions"],
  needs: ["ids"],
  example: { predictions: "$steps.model.predictions", offset_width: 20, offset_height: 10 },
  run: ({ predictions, offset_width, offset_height, units }, { services: { ids } }) => {
    const half = units === "Pixels" ? halfOfPixels : halfOfPercent;
    const items = predictions.items.map((item) => {
      const [x1, y1, x2, y2] = item.box;
      const box = grown(item, predictions, [half(offset_width, x2 - x1), half(offset_height, y2 - y1)]);
      // Its wire form names the old one as its parent, as in the reference.
      return { ...item, box, detectionId: ids.uuid(), data: { ...item.data, parent_id: item.detectionId } };
    });
    return { predictions: withItems(predictions, items) };
  },
});

const halfOfPixels = (offset: number) => Math.floor(offset / 2);
const halfOfPercent = (offset: number, length: number) => Math.trunc((length * offset) / 200);

function grown(
  { box }: Detection,
  { width, height }: Detections,
  [dx, dy]: readonly [number, number],
): Detection["box"] {
  const [x1, y1, x2, y2] = box;
  return [Math.max(0, x1 - dx), Math.max(0, y1 - dy), Math.min(width, x2 + dx), Math.min(height, y2 + dy)];
}
