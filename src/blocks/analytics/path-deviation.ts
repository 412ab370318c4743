import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { ANCHORS, type Anchor, type Point, pointOf } from "../../kinds/anchor.ts";
import { type Detections, withItems } from "../../kinds/detections.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { inputRef, orRef, ref } from "../contract/fields.ts";
import { PathDistance } from "./path-distance.ts";
import { TrackMemory } from "./track-memory.ts";
import { trackedItems } from "./tracked.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;
const points = lazy(() =>
  z.array(z.tuple([z.number(), z.number()])).min(2, { error: "a path has at least two points" }),
);

const summary =
  "Tells how far the way of each tracked object leads from a path: the discrete Fréchet distance of the two, in pixels.";
const shared = lazy(() => ({
  detections: ref(...kinds).describe("Objects with tracker ids."),
  triggering_anchor: orRef(z.enum(ANCHORS), "string").default("CENTER").describe("Point of the box that moves."),
  reference_path: orRef(points(), "list_of_values").describe(
    "Points of the path in pixels and in order, [[x, y], ...].",
  ),
}));
const outputs = { path_deviation_detections: kinds };
const example = {
  detections: "$steps.track.tracked_detections",
  reference_path: [
    [0, 360],
    [640, 300],
    [1280, 360],
  ],
};
const state = () => new TrackMemory<PathDistance>();

export const pathDeviationV1 = defineBlock({
  type: "roboflow_core/path_deviation_analytics@v1",
  category: "analytics",
  summary,
  inputs: () =>
    z.object({
      metadata: ref("video_metadata").describe("Frame number, time and rate of the video."),
      ...shared(),
    }),
  outputs,
  example: { ...example, metadata: "$inputs.video_metadata" },
  state,
  keeps: [PathDistance, TrackMemory],
  run: deviations,
});

export const pathDeviationV2 = defineBlock({
  type: "roboflow_core/path_deviation_analytics@v2",
  category: "analytics",
  summary,
  inputs: () =>
    z.object({
      image: inputRef("image").describe("Frame that the detections were made on; names the video."),
      ...shared(),
    }),
  outputs,
  example: { ...example, image: "$inputs.image" },
  state,
  keeps: [PathDistance, TrackMemory],
  run: deviations,
});

interface Inputs {
  detections: Detections;
  triggering_anchor: Anchor;
  reference_path: unknown;
}

type Memory = TrackMemory<PathDistance>;

function deviations(
  { detections, triggering_anchor, reference_path }: Inputs,
  { state, step }: Context<Memory, undefined>,
) {
  const path = pathOf(reference_path, step);
  const items = trackedItems(detections, step).map((item) => {
    const distance = state.get(item.trackerId) ?? new PathDistance();
    state.set(item.trackerId, distance);
    const path_deviation = distance.walk(path, pointOf(item, triggering_anchor, step));
    return { ...item, data: { ...item.data, path_deviation } };
  });
  return { path_deviation_detections: withItems(detections, items) };
}

/** Throws STEP_BAD_PATH. */
function pathOf(value: unknown, step: string): readonly Point[] {
  const { data } = points().safeParse(value);
  if (data !== undefined) return data;
  throw new StepError(
    "STEP_BAD_PATH",
    `step "${step}": reference_path is ${JSON.stringify(value)}, expected at least two points in pixels such as [[0, 360], [640, 300]]`,
    { step },
  );
}
