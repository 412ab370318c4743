import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import { type Detection, type Detections, withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, refList } from "../../contract/fields.ts";
import type { IdService } from "../../contract/services.ts";
import { type Aggregation, aggregated, type MaskAggregation, merged } from "./merged-detection.ts";
import { agreements } from "./votes.ts";

const aggregation = lazy(() => z.enum(["average", "max", "min"]));

export const detectionsConsensusV1 = defineBlock({
  type: "roboflow_core/detections_consensus@v1",
  aliases: ["DetectionsConsensus"],
  category: "transformation",
  summary: "Lets several detectors vote on objects: keeps what enough of them found, merged into one detection.",
  inputs: () =>
    z.object({
      predictions_batches: refList(
        "object_detection_prediction",
        "instance_segmentation_prediction",
        "keypoint_detection_prediction",
      ).describe("Detections of each detector on the same picture."),
      required_votes: orRef(z.int().positive(), "integer").describe("How many detectors have to find an object."),
      class_aware: orRef(z.boolean(), "boolean")
        .default(true)
        .describe("Only detections of one class count as one object."),
      iou_threshold: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.3)
        .describe("Intersection over union above which two detections are one object."),
      confidence: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0)
        .describe("Least confidence of a merged detection."),
      classes_to_consider: orRef(z.array(z.string()), "list_of_values")
        .nullable()
        .default(null)
        .describe("Classes that take part; null for all."),
      required_objects: orRef(
        z.union([z.int().positive(), z.record(z.string(), z.int().positive())]),
        "integer",
        "dictionary",
      )
        .nullable()
        .default(null)
        .describe("How many objects, in all or by class, make object_present true; null for any."),
      presence_confidence_aggregation: aggregation()
        .default("max")
        .describe("How presence_confidence is made of several."),
      detections_merge_confidence_aggregation: aggregation()
        .default("average")
        .describe(
          "Confidence of a merged detection; its class is that of most votes, or of the most or least sure one.",
        ),
      detections_merge_coordinates_aggregation: aggregation()
        .default("average")
        .describe("Box of a merged detection: the mean, the largest or the smallest."),
      detections_merge_mask_aggregation: z
        .enum(["intersection", "union", "max", "min"])
        .default("union")
        .describe("Mask of a merged detection."),
    }),
  synonyms: { predictions_batches: ["predictions"] },
  outputs: {
    predictions: ["object_detection_prediction", "instance_segmentation_prediction"],
    object_present: ["boolean", "dictionary"],
    presence_confidence: ["float_zero_to_one", "dictionary"],
  },
  batches: ["predictions_batches"],
  needs: ["ids"],
  example: { predictions_batches: ["$steps.first.predictions", "$steps.second.predictions"], required_votes: 2 },
  run: (inputs, { step, services }) => consensus(inputs, step, services.ids),
});

interface Inputs {
  predictions_batches: Detections[];
  required_votes: number;
  class_aware: boolean;
  iou_threshold: number;
  confidence: number;
  classes_to_consider: unknown[] | null;
  required_objects: number | Record<string, number> | null;
  presence_confidence_aggregation: Aggregation;
  detections_merge_confidence_aggregation: Aggregation;
  detections_merge_coordinates_aggregation: Aggregation;
  detections_merge_mask_aggregation: MaskAggregation;
}

function consensus(inputs: Inputs, step: string, ids: IdService) {
  const { predictions_batches: sources, classes_to_consider: classes } = inputs;
  const base = samePicture(sources, step);
  const considered = sources.map(({ items }) => {
    return classes === null || classes.length === 0 ? items : items.filter((item) => classes.includes(item.class));
  });
  const items = agreements(considered, {
    votes: inputs.required_votes,
    isClassAware: inputs.class_aware,
    threshold: inputs.iou_threshold,
    leastConfidence: inputs.confidence,
    merge: (group) =>
      merged(group, {
        confidence: inputs.detections_merge_confidence_aggregation,
        box: inputs.detections_merge_coordinates_aggregation,
        mask: inputs.detections_merge_mask_aggregation,
        detectionId: ids.uuid(),
      }),
  });
  return { predictions: withItems(base, items), ...presence(items, inputs) };
}

/** Detections of other pictures cannot be compared. */
function samePicture(sources: readonly Detections[], step: string): Detections {
  const found = sources.filter(({ items }) => items.length > 0);
  const names = [...new Set(found.map(({ parentId }) => parentId))];
  if (names.length <= 1) return found[0] ?? (sources[0] as Detections);
  const message = `step "${step}": predictions_batches are of the pictures ${names.map((name) => `"${name}"`).join(" and ")}; detectors can vote on one picture only`;
  throw new StepError("STEP_INPUT", message, { step });
}

const ABSENT = { object_present: false, presence_confidence: {} };

function presence(items: readonly Detection[], inputs: Inputs) {
  const { required_objects: required, class_aware, presence_confidence_aggregation: how } = inputs;
  if (items.length === 0) return ABSENT;
  const byClass = new Map<string, Detection[]>();
  for (const item of items) byClass.set(item.class, [...(byClass.get(item.class) ?? []), item]);
  const isByClass = typeof required === "object" && required !== null;
  const inAll = isByClass ? Object.values(required).reduce((sum, count) => sum + count, 0) : (required ?? 0);
  const isMissing = ([name, count]: [string, number]) => (byClass.get(name)?.length ?? 0) < count;
  const isAbsent = isByClass && class_aware ? Object.entries(required).some(isMissing) : items.length < inAll;
  if (isAbsent) return ABSENT;
  const groups: Iterable<[string, readonly Detection[]]> = class_aware ? byClass : [["any_object", items]];
  const confidences = [...groups].map(([name, group]) => {
    return [
      name,
      aggregated(
        group.map((item) => item.confidence),
        how,
      ),
    ] as const;
  });
  return { object_present: true, presence_confidence: Object.fromEntries(confidences) };
}
