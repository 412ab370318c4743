import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { extent, type Point } from "../../../geometry/polygon.ts";
import { smallestRectangle } from "../../../geometry/rotated-rectangle.ts";
import { bitmapOf } from "../../../kinds/bitmap.ts";
import { largestContour } from "../../../kinds/contour.ts";
import { type Detection, type Detections, withItems } from "../../../kinds/detections.ts";
import { maskOfPolygon } from "../../../kinds/polygon-mask.ts";
import { defineBlock } from "../../contract/block.ts";
import { ref } from "../../contract/fields.ts";
import { halfPrecision } from "./half-precision.ts";

export const boundingRectV1 = defineBlock({
  type: "roboflow_core/bounding_rect@v1",
  category: "transformation",
  summary: "Puts the smallest rectangle, turned as it may be, in place of every mask, and tells its size and angle.",
  inputs: () => z.object({ predictions: ref("instance_segmentation_prediction").describe("Objects with masks.") }),
  outputs: { detections_with_rect: "instance_segmentation_prediction" },
  example: { predictions: "$steps.segment.predictions" },
  run: ({ predictions }, { step }) => {
    if (predictions.items.some(({ mask }) => mask === undefined)) throw maskless(step);
    return {
      detections_with_rect: withItems(
        predictions,
        predictions.items.flatMap((item) => turned(item, predictions)),
      ),
    };
  },
});

/** None where no pixel is left of the mask. */
function turned(item: Detection, size: Pick<Detections, "width" | "height">): Detection[] {
  const bitmap = bitmapOf(item);
  const contour = bitmap === null ? null : largestContour(bitmap);
  const rectangle = contour === null ? null : smallestRectangle(contour);
  if (rectangle === null) return [];
  const corners = rectangle.corners.map(([x, y]): Point => [toZero(x), toZero(y)]);
  const measures = { width: rectangle.width, height: rectangle.height, angle: rectangle.angle };
  const told = Object.entries(measures).map(([name, value]) => [name, halfPrecision(value)] as const);
  const data = { ...item.data, rect: corners.map((corner) => [...corner]), ...Object.fromEntries(told) };
  return [{ ...item, box: extent(corners), mask: maskOfPolygon(corners, size), data }];
}

/** The whole pixel towards 0; what misses one by rounding of the last digits only is one. */
function toZero(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-6 ? nearest : Math.trunc(value);
}

function maskless(step: string): StepError {
  const message = `step "${step}": predictions have no masks, which rectangles are put around; put a segmentation model before it`;
  return new StepError("STEP_NO_MASKS", message, { step });
}
