import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { type Point, polygonArea } from "../../geometry/polygon.ts";
import { smallestRectangle } from "../../geometry/rotated-rectangle.ts";
import { bitmapOf } from "../../kinds/bitmap.ts";
import { contoursOf } from "../../kinds/contour.ts";
import { type Detection, isDetections } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";

const kinds = ["instance_segmentation_prediction", "object_detection_prediction"] as const;

export const sizeMeasurementV1 = defineBlock({
  type: "roboflow_core/size_measurement@v1",
  category: "analytics",
  summary: "Measures objects against one of known size, along the sides of the smallest rectangle around each mask.",
  inputs: () =>
    z.object({
      object_predictions: ref(...kinds).describe("Objects to measure."),
      reference_predictions: orRef(z.array(z.unknown()), ...kinds, "list_of_values").describe(
        "Detections whose surest one is of known size, or the polygon of such an object, [[x, y], ...].",
      ),
      reference_dimensions: orRef(
        z.union([z.string(), z.array(z.number()).length(2)]),
        "string",
        "list_of_values",
      ).describe('Its width and height, [5, 10] or "5, 10", in the unit that the results have.'),
    }),
  outputs: { dimensions: "list_of_values" },
  example: {
    object_predictions: "$steps.segment.predictions",
    reference_predictions: "$steps.coin.predictions",
    reference_dimensions: [2.5, 2.5],
  },
  run: ({ object_predictions, reference_predictions, reference_dimensions }, { step }) => {
    const known = knownSize(reference_dimensions, step);
    const measured = referenceSize(reference_predictions);
    if (measured === null || !measured.width || !measured.height) return { dimensions: null };
    const [scaleX, scaleY] = [known.width / measured.width, known.height / measured.height];
    return { dimensions: object_predictions.items.map((item) => dimensionsOf(sizeOf(item), scaleX, scaleY)) };
  },
});

interface Size {
  width: number;
  height: number;
}

function knownSize(told: unknown, step: string): Size {
  const parts =
    typeof told === "string" ? told.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part))) : told;
  if (Array.isArray(parts) && parts.length === 2 && parts.every(Number.isFinite)) {
    const [width, height] = parts as [number, number];
    return { width, height };
  }
  const message = `step "${step}": reference_dimensions is ${JSON.stringify(told)}, expected a width and a height such as [5, 10] or "5, 10"`;
  throw new StepError("STEP_INPUT", message, { step });
}

function referenceSize(reference: unknown): Size | null {
  if (isDetections(reference)) {
    const surest = reference.items.reduce<Detection | null>((best, item) => {
      return best === null || item.confidence > best.confidence ? item : best;
    }, null);
    return surest === null ? null : sizeOf(surest);
  }
  return Array.isArray(reference) && reference.length >= 3 ? sizeOfPolygon(reference as Point[]) : null;
}

/** Along the sides of the rectangle around the largest part of the mask; of the box where there is no mask. */
function sizeOf(item: Detection): Size | null {
  const bitmap = bitmapOf(item);
  const [x1, y1, x2, y2] = item.box;
  if (bitmap === null) return { width: x2 - x1, height: y2 - y1 };
  const outlines = contoursOf(bitmap).filter(({ isOutermost }) => isOutermost);
  const largest = outlines.reduce<readonly Point[]>((best, { points }) => {
    return polygonArea(points) >= polygonArea(best) ? points : best;
  }, []);
  return sizeOfPolygon(largest);
}

/** Of the two sides the width is the one that is nearer to level. */
function sizeOfPolygon(polygon: readonly Point[]): Size | null {
  const rectangle = polygonArea(polygon) > 0 ? smallestRectangle(polygon) : null;
  if (rectangle === null) return null;
  const { width, height, angle } = rectangle;
  return angle > 45 ? { width: height, height: width } : { width, height };
}

function dimensionsOf(size: Size | null, scaleX: number, scaleY: number) {
  if (size === null || size.width <= 0 || size.height <= 0) return null;
  const [width, height] = [size.width * scaleX, size.height * scaleY];
  return { width, height, longer: Math.max(width, height), shorter: Math.min(width, height) };
}
