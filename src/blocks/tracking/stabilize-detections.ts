import { z } from "zod";
import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import { type Velocity, VelocityFilter } from "../../tracking/velocity-filter.ts";
import { type TrackedDetection, trackedItems } from "../analytics/tracked.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;

export const stabilizeDetectionsV1 = defineBlock({
  type: "roboflow_core/stabilize_detections@v1",
  category: "tracking",
  summary:
    "Smooths the boxes of tracked objects over frames, and goes on with those that are not found for a few frames.",
  inputs: () =>
    z.object({
      image: ref("image").describe("Frame that the detections were made on; names the video."),
      detections: ref(...kinds).describe("Objects with tracker ids."),
      smoothing_window_size: orRef(z.int().min(1), "integer")
        .default(3)
        .describe(
          "Frames that a motion is averaged over, and frames without a sight that an object is kept for at most.",
        ),
      bbox_smoothing_coefficient: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0.2)
        .describe("Weight of the box that was found against the one of the frame before."),
    }),
  outputs: { tracked_detections: kinds },
  example: { image: "$inputs.image", detections: "$steps.track.tracked_detections", smoothing_window_size: 5 },
  state: (): State => ({ last: new Map(), filter: null, container: null }),
  keeps: [VelocityFilter],
  run: ({ detections, smoothing_window_size, bbox_smoothing_coefficient: weight }, { state, step }) => {
    const { last } = state;
    state.filter ??= new VelocityFilter(smoothing_window_size);
    const found = trackedItems(detections, step);
    const velocities = state.filter.update(motions(found, last));
    const shown = new Map<number, Detection>();
    for (const item of found) {
      shown.set(item.trackerId, smoothed(item, last.get(item.trackerId), weight));
      last.set(item.trackerId, item);
    }
    for (const [id, velocity] of velocities) {
      const before = last.get(id);
      if (shown.has(id) || before === undefined) continue;
      const expected = smoothed(moved(before, velocity), before, weight);
      shown.set(id, expected);
      last.set(id, expected);
    }
    for (const id of last.keys()) if (!state.filter.has(id) && !shown.has(id)) last.delete(id);
    if (found.length > 0) state.container = detections;
    // Empty detections may not know which picture they are of.
    return { tracked_detections: withItems(state.container ?? detections, [...shown.values()]) };
  },
});

interface State {
  /** Every object as it was last found, or expected. */
  last: Map<number, Detection>;
  filter: VelocityFilter | null;
  /** The last detections that were not empty. */
  container: Detections | null;
}

function motions(found: readonly TrackedDetection[], last: ReadonlyMap<number, Detection>): Map<number, Velocity> {
  const measured = new Map<number, Velocity>();
  for (const { trackerId, box } of found) {
    const before = last.get(trackerId)?.box;
    // By the lower right corner, as the reference does.
    if (before !== undefined) measured.set(trackerId, [box[2] - before[2], box[3] - before[3]]);
  }
  return measured;
}

function smoothed<T extends Detection>(item: T, before: Detection | undefined, weight: number): T {
  if (before === undefined) return item;
  const box = item.box.map((value, i) => weight * value + (1 - weight) * (before.box[i] ?? value)) as Detection["box"];
  return { ...item, box };
}

function moved(item: Detection, [x, y]: Velocity): Detection {
  const [x1, y1, x2, y2] = item.box;
  return { ...item, box: [x1 + x, y1 + y, x2 + x, y2 + y] };
}
