import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { KindName } from "../../kinds/kinds.ts";
import { orRef, ref } from "../contract/fields.ts";

// Properties that several trackers share.

export const unit = lazy(() => z.number().min(0).max(1));

export const TRACKED_KINDS = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "keypoint_detection_prediction",
  "rle_instance_segmentation_prediction",
] as const;

export const frameToTrack = lazy(() =>
  ref("image").describe("Frame that the detections were made on; names the video."),
);

export const objectsToFollow = lazy(() =>
  ref(...TRACKED_KINDS).describe("Objects to follow, those of low score included."),
);

export const lostTrackBuffer = lazy(() =>
  orRef(z.int().min(0), "integer")
    .default(30)
    .describe(
      "Time that an object out of sight keeps its id for, in frames of 30 a second, by the clock of the video.",
    ),
);

export const instancesCacheSize = lazy(() =>
  z.int().positive().default(16_384).describe("Ids remembered to tell new instances from those seen before."),
);

export function share(value: number, what: string) {
  return orRef(unit(), "float_zero_to_one").default(value).describe(what);
}

export function updates(value: number, what: string) {
  return orRef(z.int().min(1), "integer").default(value).describe(what);
}

/** The followed objects, all and by whether their id was met before. */
export function trackedOutputs<const K extends KindName | readonly KindName[]>(kinds: K) {
  return { tracked_detections: kinds, new_instances: kinds, already_seen_instances: kinds };
}

export const trackerExample = {
  image: "$inputs.image",
  detections: "$steps.detect.predictions",
  lost_track_buffer: 30,
};
