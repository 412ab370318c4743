import { z } from "zod";
import { type Detection, withItems } from "../../kinds/detections.ts";
import { areaOf } from "../../kinds/mask.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;

export const maskAreaMeasurementV1 = defineBlock({
  type: "roboflow_core/mask_area_measurement@v1",
  category: "analytics",
  summary: "Measures the area of each object: the pixels of its mask, or of its box where it has none.",
  inputs: () =>
    z.object({
      predictions: ref(...kinds).describe("Objects to measure."),
      pixels_per_unit: orRef(z.number(), "float")
        .default(1)
        .describe("Pixels along a unit of length, for area_converted in square units; 0 and less leave pixels."),
    }),
  outputs: { predictions: kinds },
  example: { predictions: "$steps.segment.predictions", pixels_per_unit: 12.5 },
  run: ({ predictions, pixels_per_unit }) => {
    const pixelsPerArea = pixels_per_unit > 0 ? pixels_per_unit ** 2 : 1;
    const items = predictions.items.map((item): Detection => {
      const pixels = pixelsOf(item);
      return { ...item, data: { ...item.data, area_px: pixels, area_converted: pixels / pixelsPerArea } };
    });
    return { predictions: withItems(predictions, items) };
  },
});

function pixelsOf({ mask, box: [x1, y1, x2, y2] }: Detection): number {
  const inMask = mask === undefined ? 0 : areaOf(mask);
  return inMask > 0 ? inMask : (x2 - x1) * (y2 - y1);
}
