import { z } from "zod";
import type { Point } from "../../../geometry/polygon.ts";
import { bitmapOf } from "../../../kinds/bitmap.ts";
import { largestContour } from "../../../kinds/contour.ts";
import { type Detection, type Detections, withItems } from "../../../kinds/detections.ts";
import { maskOfPolygon } from "../../../kinds/polygon-mask.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { withFittedSides } from "./fitted-sides.ts";
import { scaledPolygon, zoneOfContour } from "./zone-of-contour.ts";

export const dynamicZoneV1 = defineBlock({
  type: "roboflow_core/dynamic_zone@v1",
  aliases: ["DynamicZone"],
  category: "transformation",
  summary: "Makes zones out of masks: convex polygons with a given number of corners.",
  inputs: () =>
    z.object({
      predictions: ref("instance_segmentation_prediction").describe(
        "Objects with masks, such as a conveyor or a court.",
      ),
      required_number_of_vertices: orRef(z.int(), "integer").describe("Corners that each polygon has."),
      scale_ratio: orRef(z.number(), "float").default(1).describe("Grows or shrinks each polygon around its middle."),
      apply_least_squares: orRef(z.boolean(), "boolean")
        .default(false)
        .describe("Lays the sides through the outline of the mask, instead of through points of it."),
      midpoint_fraction: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(1)
        .describe("How much of the outline along a side counts for that, around its middle."),
    }),
  outputs: {
    zones: "list_of_values",
    predictions: "instance_segmentation_prediction",
    simplification_converged: "boolean",
  },
  batches: ["predictions"],
  example: { predictions: "$steps.segment.predictions", required_number_of_vertices: 4 },
  run: ({ predictions, ...rules }) => {
    const none: unknown[] = [];
    const traced = predictions.items.flatMap((item) => tracedZone(item, rules) ?? []);
    if (traced.length === 0) return { zones: none, predictions: null, simplification_converged: false };
    return {
      zones: traced.map(({ polygon }) => polygon),
      predictions: withItems(
        predictions,
        traced.map((zone) => withZone(zone, predictions)),
      ),
      simplification_converged: traced.every(({ isExact }) => isExact),
    };
  },
});

interface Rules {
  required_number_of_vertices: number;
  scale_ratio: number;
  apply_least_squares: boolean;
  midpoint_fraction: number;
}

interface Zone {
  item: Detection;
  polygon: number[][];
  /** Whether it came out with the corners asked for. */
  isExact: boolean;
}

/** Null for an object of which no pixel is left, and for one without a mask. */
function tracedZone(item: Detection, rules: Rules): Zone | null {
  const bitmap = bitmapOf(item);
  const contour = bitmap === null ? null : largestContour(bitmap);
  if (contour === null) return null;
  const corners = Math.max(0, rules.required_number_of_vertices);
  const plain = zoneOfContour(contour, corners);
  const polygon = rules.apply_least_squares ? withFittedSides(plain, contour, rules.midpoint_fraction) : plain;
  const exact = Array.from({ length: corners }, (_, i) => polygon[Math.min(i, polygon.length - 1)] as Point);
  const scaled = scaledPolygon(exact, rules.scale_ratio);
  return { item, polygon: scaled.map((point) => [...point]), isExact: polygon.length === corners };
}

function withZone({ item, polygon }: Zone, size: Pick<Detections, "width" | "height">): Detection {
  const mask = maskOfPolygon(polygon as unknown as Point[], size);
  return { ...item, mask, data: { ...item.data, polygon } };
}
