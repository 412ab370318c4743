import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import { anchorOf, BOX_ANCHORS, type Point } from "../../../kinds/anchor.ts";
import { type Detection, type Detections, withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { nearest } from "./nearest.ts";

const kinds = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "keypoint_detection_prediction",
] as const;

const POINTS = [...BOX_ANCHORS, "KEYPOINT"] as const;

const point = lazy(() => orRef(z.enum(POINTS), "string").default("CENTER"));
const name = lazy(() => orRef(z.string(), "string").nullable().default(null));

export const detectionsNearestNeighborV1 = defineBlock({
  type: "roboflow_core/detections_nearest_neighbor@v1",
  category: "transformation",
  summary: "Finds for each detection the nearest one of another list; of those equally near, to a pixel, all.",
  inputs: () =>
    z.object({
      query_predictions: ref(...kinds).describe("Detections to find a neighbour for."),
      target_predictions: ref(...kinds).describe("Detections among which it is looked for; none is its own neighbour."),
      query_point: point().describe("Point of the first ones that distances are measured from."),
      target_point: point().describe("Point of the others that they are measured to."),
      query_keypoint_name: name().describe("Name of the key point, where query_point is KEYPOINT."),
      target_keypoint_name: name().describe("Name of the key point, where target_point is KEYPOINT."),
      max_distance: orRef(z.int().min(0), "integer")
        .nullable()
        .default(null)
        .describe("Pixels beyond which there is no neighbour."),
    }),
  outputs: { query_predictions: kinds, matched_query_detections: kinds, matched_target_detections: kinds },
  example: { query_predictions: "$steps.persons.predictions", target_predictions: "$steps.vehicles.predictions" },
  run: ({ query_predictions: queries, target_predictions: targets, max_distance, ...points }, { step }) => {
    const from = pointsOf(queries, {
      side: "query",
      point: points.query_point,
      name: points.query_keypoint_name,
      step,
    });
    const to = pointsOf(targets, {
      side: "target",
      point: points.target_point,
      name: points.target_keypoint_name,
      step,
    });
    const isItself = (query: number, target: number) => {
      return queries.items[query]?.detectionId === targets.items[target]?.detectionId;
    };
    const found = nearest(from, to, { most: max_distance ?? Number.POSITIVE_INFINITY, isItself });
    const measured = queries.items.map((item, i): Detection => {
      return { ...item, data: { ...item.data, nearest_target_distance: found[i]?.distance ?? null } };
    });
    const pairs = found.flatMap(({ targets: near }, i) => near.map((target) => [measured[i], targets.items[target]]));
    return {
      query_predictions: withItems(queries, measured),
      matched_query_detections: withItems(
        queries,
        pairs.map(([query]) => query as Detection),
      ),
      matched_target_detections: withItems(
        targets,
        pairs.map(([, target]) => target as Detection),
      ),
    };
  },
});

interface Which {
  side: "query" | "target";
  point: (typeof POINTS)[number];
  name: string | null;
  step: string;
}

/** The point of each detection, null where it lacks the key point. */
function pointsOf({ items }: Detections, which: Which): (Point | null)[] {
  const { point: kind, name: wanted, side } = which;
  if (kind !== "KEYPOINT") return items.map((item) => anchorOf(item.box, kind));
  if (!wanted) throw missing(which, `${side}_keypoint_name is missing; ${side}_point is KEYPOINT, which needs a name`);
  if (items.length > 0 && items.every((item) => item.keypoints === undefined)) {
    throw missing(which, `${side}_predictions have no key points; choose another ${side}_point or a key point model`);
  }
  return items.map(({ keypoints }) => {
    const found = keypoints?.find((candidate) => candidate.class === wanted);
    return found === undefined ? null : [found.x, found.y];
  });
}

function missing({ step }: Which, what: string): StepError {
  return new StepError("STEP_INPUT", `step "${step}": ${what}`, { step });
}
