import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { type Detection, type Detections, isDetections, shifted, withItems } from "../../../kinds/detections.ts";
import { clipMask } from "../../../kinds/mask.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { mergeKeyPoints, mergeOverlapping, type Strategy } from "./rolled-up.ts";

const kinds = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "keypoint_detection_prediction",
] as const;

export const detectionsListRollupV1 = defineBlock({
  type: "roboflow_core/detections_list_rollup@v1",
  aliases: ["DetectionsListRollUp"],
  category: "transformation",
  summary: "Brings detections made on crops back to the picture that they were cut from, and merges what overlaps.",
  inputs: () =>
    z.object({
      parent_detection: ref(...kinds).describe("Detections that crops were cut for."),
      child_detections: ref("list_of_values").describe("List of the detections made on each crop, in the same order."),
      confidence_strategy: orRef(z.enum(["max", "mean", "min"]), "list_of_values")
        .default("max")
        .describe("Confidence of what is merged."),
      overlap_threshold: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0)
        .describe("Intersection over union from which objects of a class are one; at 0 any that share a pixel."),
      keypoint_merge_threshold: orRef(z.number().min(0), "float")
        .default(10)
        .describe("Mean distance in pixels below which two sets of key points of a class are one."),
    }),
  outputs: { rolled_up_detections: kinds, crop_zones: "list_of_values" },
  needs: ["ids"],
  example: { parent_detection: "$steps.detect.predictions", child_detections: "$steps.collapse.output" },
  run: ({ parent_detection: parents, child_detections: children, ...rules }, { step, services: { ids } }) => {
    const lists = listsOf(children, parents, step);
    const items = lists.flatMap((list, i) => broughtBack(list, parents.items[i]?.box ?? [0, 0, 0, 0], parents));
    const strategy = rules.confidence_strategy as Strategy;
    const hasKeyPoints = items.some((item) => item.keypoints !== undefined);
    const rolledUp = byClass(items).flatMap((group) => {
      return hasKeyPoints
        ? mergeKeyPoints(group, { strategy, distance: rules.keypoint_merge_threshold })
        : mergeOverlapping(group, { strategy, threshold: rules.overlap_threshold });
    });
    return {
      rolled_up_detections: withItems(
        parents,
        rolledUp.map((item) => ({ ...item, detectionId: ids.uuid() })),
      ),
      crop_zones: parents.items.map(zoneOf),
    };
  },
});

function listsOf(children: readonly unknown[], { items }: Detections, step: string): Detections[] {
  if (children.length === items.length && children.every(isDetections)) return children as Detections[];
  const found = children.every(isDetections) ? `${children.length} lists` : "other things than detections";
  const message = `step "${step}": child_detections has ${found} for ${items.length} detections; it must have one for each, in their order, as dimension_collapse makes it of all crops`;
  throw new StepError("STEP_INPUT", message, { step });
}

/** In pixels of the picture around the crop, which begins within it; its place is rounded down as in the reference. */
function broughtBack(list: Detections, [left, top]: Detection["box"], { width, height }: Detections): Detection[] {
  return list.items.map((item) => {
    const moved = shifted(item, Math.max(0, Math.trunc(left)), Math.max(0, Math.trunc(top)));
    return moved.mask === undefined ? moved : { ...moved, mask: clipMask(moved.mask, { x: 0, y: 0, width, height }) };
  });
}

function byClass(items: readonly Detection[]): Detection[][] {
  const groups = new Map<number, Detection[]>();
  for (const item of items) {
    const group = groups.get(item.classId);
    if (group === undefined) groups.set(item.classId, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function zoneOf({ box: [x1, y1, x2, y2] }: Detection): number[][] {
  return [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ];
}
