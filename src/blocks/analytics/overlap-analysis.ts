import { z } from "zod";
import { BoxTree } from "../../geometry/box-tree.ts";
import { type Point, polygonArea } from "../../geometry/polygon.ts";
import type { sharedArea as SharedArea } from "../../geometry/shared-area.ts";
import { bitmapOf } from "../../kinds/bitmap.ts";
import { largestContour } from "../../kinds/contour.ts";
import type { Detection } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;

export const overlapAnalysisV1 = defineBlock({
  type: "roboflow_core/overlap_analysis@v1",
  aliases: ["OverlapAnalysis"],
  category: "analytics",
  summary: "Lists the pairs of objects of two lists that overlap, and how much of the first one the other covers.",
  inputs: () =>
    z.object({
      reference_predictions: ref(...kinds).describe("Objects of which the covered share is measured."),
      candidate_predictions: ref(...kinds).describe("Objects that may cover them."),
      min_overlap: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.1)
        .describe("Least share for a pair to be listed."),
    }),
  outputs: { overlaps: "detections_overlaps" },
  example: { reference_predictions: "$steps.seats.predictions", candidate_predictions: "$steps.persons.predictions" },
  run: async ({ reference_predictions, candidate_predictions, min_overlap }) => {
    // What cuts polygons is large, and no other block needs it.
    const { sharedArea } = await import("../../geometry/shared-area.ts");
    const candidates = candidate_predictions.items.map(shaped);
    const tree = new BoxTree(candidates.map(({ item }) => item.box));
    const overlaps: unknown[] = [];
    for (const reference of reference_predictions.items.map(shaped)) {
      for (const at of tree.meeting(reference.item.box)) {
        const candidate = candidates[at] as Shaped;
        if (!overlap(reference.item.box, candidate.item.box)) continue;
        const share = coveredShare(reference, candidate, sharedArea);
        if (share !== null && share >= min_overlap) overlaps.push(record(reference.item, candidate.item, share));
      }
    }
    return { overlaps };
  },
});

/** An object with its outline, which is traced when it is needed first. */
interface Shaped {
  item: Detection;
  outline: () => Outline;
}

interface Outline {
  points: readonly Point[];
  area: number;
  isBox: boolean;
}

function shaped(item: Detection): Shaped {
  let traced: Outline | undefined;
  return {
    item,
    outline: () => {
      traced ??= outlineOf(item);
      return traced;
    },
  };
}

/** The largest outline of the mask, the box of an object without one. */
function outlineOf(item: Detection): Outline {
  const bitmap = bitmapOf(item);
  const contour = bitmap === null ? null : largestContour(bitmap);
  if (contour !== null && contour.length >= 3) return { points: contour, area: polygonArea(contour), isBox: false };
  const [x1, y1, x2, y2] = item.box;
  const points: Point[] = [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ];
  return { points, area: (x2 - x1) * (y2 - y1), isBox: true };
}

/** Null for a reference without area. */
function coveredShare(reference: Shaped, candidate: Shaped, sharedArea: typeof SharedArea): number | null {
  const [a, b] = [reference.outline(), candidate.outline()];
  if (a.area <= 0) return null;
  const shared =
    a.isBox && b.isBox ? sharedByBoxes(reference.item.box, candidate.item.box) : sharedArea(a.points, b.points);
  return shared / a.area;
}

type Box = Detection["box"];

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function sharedByBoxes(a: Box, b: Box): number {
  return (Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * (Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
}

function record(reference: Detection, candidate: Detection, share: number) {
  return {
    reference_class: reference.class,
    reference_confidence: reference.confidence,
    candidate_class: candidate.class,
    candidate_confidence: candidate.confidence,
    overlap_ratio: share,
    reference_detection_id: reference.detectionId,
    candidate_detection_id: candidate.detectionId,
  };
}
