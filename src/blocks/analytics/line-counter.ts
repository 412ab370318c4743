import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { ANCHORS, type Anchor } from "../../kinds/anchor.ts";
import { type Detections, withItems } from "../../kinds/detections.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { inputRef, orRef, ref } from "../contract/fields.ts";
import { lineOf, linePoints } from "./line.ts";
import { LineCrossings } from "./line-crossings.ts";
import { TrackMemory } from "./track-memory.ts";
import { trackedItems } from "./tracked.ts";

const detectionKinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;

const image = lazy(() => inputRef("image").describe("Frame that the detections were made on; names the video."));
const detections = lazy(() => ref(...detectionKinds).describe("Objects with tracker ids."));
const line_segment = lazy(() =>
  orRef(linePoints(), "list_of_values").describe(
    "Two points in pixels, [[x1, y1], [x2, y2]]; only what passes between them counts.",
  ),
);
const example = {
  detections: "$steps.track.tracked_detections",
  line_segment: [
    [0, 360],
    [1280, 360],
  ],
  triggering_anchor: "BOTTOM_CENTER",
};
const state = () => ({ crossings: new LineCrossings(), countIn: 0, countOut: 0 });

export const lineCounterV1 = defineBlock({
  type: "roboflow_core/line_counter@v1",
  category: "analytics",
  summary: "Counts tracked objects that cross a line; as version 2, without telling which ones.",
  inputs: () =>
    z.object({
      metadata: ref("video_metadata").describe("Frame number, time and rate of the video."),
      detections: detections(),
      line_segment: line_segment(),
      triggering_anchor: orRef(z.enum(ANCHORS), "string")
        .default("CENTER")
        .describe("Point of the box that has to cross."),
    }),
  outputs: { count_in: "integer", count_out: "integer" },
  example: { ...example, metadata: "$inputs.video_metadata" },
  state,
  keeps: [LineCrossings, TrackMemory],
  run: (inputs, context) => {
    const { count_in, count_out } = count(inputs, context);
    return { count_in, count_out };
  },
});

/** "In" is a crossing from the right-hand to the left-hand side of one who walks the line from its first to its second point. */
export const lineCounterV2 = defineBlock({
  type: "roboflow_core/line_counter@v2",
  category: "analytics",
  summary:
    "Counts tracked objects that cross a line: in over a line drawn left to right is upwards, over one drawn downwards to the right.",
  inputs: () =>
    z.object({
      image: image(),
      detections: detections(),
      line_segment: line_segment(),
      triggering_anchor: orRef(z.enum(ANCHORS), "string")
        .nullable()
        .default(null)
        .describe(
          "Point of the box that has to cross; null for all four corners, which must pass between the line's ends.",
        ),
    }),
  outputs: { count_in: "integer", count_out: "integer", detections_in: detectionKinds, detections_out: detectionKinds },
  example: { ...example, image: "$inputs.image" },
  state,
  keeps: [LineCrossings, TrackMemory],
  run: count,
});

type Counting = ReturnType<typeof state>;

interface Inputs {
  detections: Detections;
  line_segment: unknown;
  triggering_anchor: Anchor | null;
}

function count({ detections, line_segment, triggering_anchor }: Inputs, { state, step }: Context<Counting, undefined>) {
  const line = lineOf(line_segment, step);
  const crossed = trackedItems(detections, step).map((item) => ({
    item,
    crossing: state.crossings.update(line, item, { anchor: triggering_anchor, step }),
  }));
  const into = crossed.filter(({ crossing }) => crossing === "in").map(({ item }) => item);
  const out = crossed.filter(({ crossing }) => crossing === "out").map(({ item }) => item);
  state.countIn += into.length;
  state.countOut += out.length;
  return {
    count_in: state.countIn,
    count_out: state.countOut,
    detections_in: withItems(detections, into),
    detections_out: withItems(detections, out),
  };
}
