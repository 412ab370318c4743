import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { ByteTracker } from "../../tracking/byte-track.ts";
import { TrackIds } from "../../tracking/tracker.ts";
import { defineBlock } from "../contract/block.ts";
import { inputRef, orRef, ref } from "../contract/fields.ts";
import { frameToTrack, instancesCacheSize, lostTrackBuffer, trackedOutputs, unit, updates } from "./tracker-fields.ts";
import { openTracking, TRACKING_CLASSES, type Tracking, track, trackAndSplit } from "./tracking-state.ts";

const parameters = lazy(() => ({
  track_activation_threshold: orRef(unit(), "float_zero_to_one")
    .default(0.25)
    .describe("Score above which a detection is matched first; one at least 0.1 above it may start a track."),
  lost_track_buffer: lostTrackBuffer(),
  minimum_matching_threshold: orRef(unit(), "float_zero_to_one")
    .default(0.8)
    .describe("Largest 1 - overlap of a track and a detection that match: higher joins more loosely."),
  minimum_consecutive_frames: updates(
    1,
    "Frames in a row that must show an object before it is reported; after the first frame at least two.",
  ),
}));

const summary =
  "Follows objects from frame to frame and gives each an id; the parameters of a video's first frame hold.";
const found = "Objects to follow, those of low score included.";
const detections = lazy(() => ref("object_detection_prediction", "instance_segmentation_prediction").describe(found));
const outputs = { tracked_detections: "object_detection_prediction" } as const;
const example = { detections: "$steps.detect.predictions", lost_track_buffer: 30 };
const state = (): { tracking: Tracking | null } => ({ tracking: null });

export const byteTrackerV1 = defineBlock({
  type: "roboflow_core/byte_tracker@v1",
  category: "tracking",
  summary: `${summary} Takes the metadata of the video by itself.`,
  inputs: () =>
    z.object({
      metadata: ref("video_metadata").describe("Frame number, time and rate of the video."),
      detections: detections(),
      ...parameters(),
    }),
  outputs,
  example: { ...example, metadata: "$inputs.video_metadata" },
  state,
  keeps: TRACKING_CLASSES,
  run: ({ metadata, detections, ...settings }, { state }) => {
    state.tracking ??= open(settings);
    return { tracked_detections: track(state.tracking, detections, { video: metadata }) };
  },
});

export const byteTrackerV2 = defineBlock({
  type: "roboflow_core/byte_tracker@v2",
  category: "tracking",
  summary,
  inputs: () =>
    z.object({
      image: inputRef("image").describe("Frame that the detections were made on; names the video."),
      detections: detections(),
      ...parameters(),
    }),
  outputs,
  example: { ...example, image: "$inputs.image" },
  state,
  keeps: TRACKING_CLASSES,
  run: ({ image, detections, ...settings }, { state }) => {
    state.tracking ??= open(settings);
    return { tracked_detections: track(state.tracking, detections, image) };
  },
});

export const byteTrackerV3 = defineBlock({
  type: "roboflow_core/byte_tracker@v3",
  category: "tracking",
  summary,
  inputs: () =>
    z.object({
      image: frameToTrack(),
      detections: ref(
        "object_detection_prediction",
        "keypoint_detection_prediction",
        "instance_segmentation_prediction",
      ).describe(found),
      ...parameters(),
      instances_cache_size: instancesCacheSize(),
    }),
  outputs: trackedOutputs("object_detection_prediction"),
  example: { ...example, image: "$inputs.image" },
  state,
  keeps: TRACKING_CLASSES,
  run: ({ image, detections, instances_cache_size, ...settings }, { state }) => {
    state.tracking ??= open(settings, instances_cache_size);
    return trackAndSplit(state.tracking, detections, image);
  },
});

interface Settings {
  track_activation_threshold: number;
  lost_track_buffer: number;
  minimum_matching_threshold: number;
  minimum_consecutive_frames: number;
}

function open(settings: Settings, instances?: number): Tracking {
  const policy = {
    activationThreshold: settings.track_activation_threshold,
    matchingThreshold: settings.minimum_matching_threshold,
    minimumUpdates: settings.minimum_consecutive_frames,
  };
  const tracker = new ByteTracker(policy, new TrackIds());
  return openTracking(tracker, { buffer: settings.lost_track_buffer, grace: BYTE_TRACK_GRACE, instances });
}

/** Usual steps that it keeps a track for beyond the buffer. */
const BYTE_TRACK_GRACE = 2;
