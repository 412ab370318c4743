import { z } from "zod";
import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";
import { defineBlock } from "../block.ts";
import { orRef, ref } from "../fields.ts";
import { ByteTracker } from "./byte-track.ts";
import { SeenInstances } from "./seen-instances.ts";

const unit = z.number().min(0).max(1);

const parameters = {
  track_activation_threshold: orRef(unit, "float_zero_to_one")
    .default(0.25)
    .describe("Score above which a detection is matched first; one at least 0.1 above it may start a track."),
  lost_track_buffer: orRef(z.int().min(0), "integer")
    .default(30)
    .describe("Frames, at 30 a second, that an object out of sight keeps its id for."),
  minimum_matching_threshold: orRef(unit, "float_zero_to_one")
    .default(0.8)
    .describe("Largest 1 - overlap of a track and a detection that match: higher joins more loosely."),
  minimum_consecutive_frames: orRef(z.int().min(1), "integer")
    .default(1)
    .describe("Frames in a row that must show an object before it is reported."),
};

export const byteTrackerV3 = defineBlock({
  type: "roboflow_core/byte_tracker@v3",
  category: "tracking",
  summary: "Follows objects from frame to frame and gives each an id; the parameters of a video's first frame hold.",
  inputs: z.object({
    image: ref("image").describe("Frame that the detections were made on; names the video."),
    detections: ref(
      "object_detection_prediction",
      "keypoint_detection_prediction",
      "instance_segmentation_prediction",
    ).describe("Objects to follow, those of low score included."),
    ...parameters,
    instances_cache_size: z
      .int()
      .positive()
      .default(16_384)
      .describe("Ids remembered to tell new instances from those seen before."),
  }),
  outputs: {
    tracked_detections: "object_detection_prediction",
    new_instances: "object_detection_prediction",
    already_seen_instances: "object_detection_prediction",
  },
  example: { image: "$inputs.image", detections: "$steps.detect.predictions", lost_track_buffer: 30 },
  state: (): { tracking: Tracking | null } => ({ tracking: null }),
  run: ({ image, detections, ...settings }, { state }) => {
    state.tracking ??= open(settings, image.video?.fps ?? null);
    const tracked = track(state.tracking, detections, image.video);
    const { known, fresh } = state.tracking.seen.split(tracked);
    return {
      tracked_detections: withItems(detections, tracked),
      new_instances: withItems(detections, fresh),
      already_seen_instances: withItems(detections, known),
    };
  },
});

interface Settings {
  track_activation_threshold: number;
  lost_track_buffer: number;
  minimum_matching_threshold: number;
  minimum_consecutive_frames: number;
  instances_cache_size: number;
}

interface Tracking {
  tracker: ByteTracker;
  seen: SeenInstances;
  lastFrame: number | null;
}

function open(settings: Settings, fps: number | null): Tracking {
  const { lost_track_buffer: buffer } = settings;
  const tracker = new ByteTracker({
    activationThreshold: settings.track_activation_threshold,
    lostFrames: fps ? Math.round((fps / 30) * buffer) : buffer,
    matchingThreshold: settings.minimum_matching_threshold,
    minimumUpdates: settings.minimum_consecutive_frames,
  });
  return { tracker, seen: new SeenInstances(settings.instances_cache_size), lastFrame: null };
}

function track(tracking: Tracking, detections: Detections, video: VideoMetadata | null): Detection[] {
  const frame = video?.frameNumber ?? null;
  const ids = tracking.tracker.update(detections.items, framesBetween(tracking.lastFrame, frame));
  tracking.lastFrame = frame;
  const tracked: Detection[] = [];
  detections.items.forEach((item, i) => {
    const id = ids[i] ?? 0;
    if (id > 0) tracked.push({ ...item, trackerId: id });
  });
  return tracked;
}

/** Frames that were dropped on the way count as time passed; a counter that stands or runs backwards says nothing. */
function framesBetween(last: number | null, now: number | null): number {
  return last === null || now === null ? 1 : Math.max(1, now - last);
}
