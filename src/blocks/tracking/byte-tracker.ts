import { z } from "zod";
import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";
import { ByteTracker } from "../../tracking/byte-track.ts";
import { SeenInstances } from "../../tracking/seen-instances.ts";
import { TrackPace } from "../../tracking/track-pace.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";

const unit = z.number().min(0).max(1);

const parameters = {
  track_activation_threshold: orRef(unit, "float_zero_to_one")
    .default(0.25)
    .describe("Score above which a detection is matched first; one at least 0.1 above it may start a track."),
  lost_track_buffer: orRef(z.int().min(0), "integer")
    .default(30)
    .describe(
      "Time that an object out of sight keeps its id for, in frames of 30 a second, by the clock of the video.",
    ),
  minimum_matching_threshold: orRef(unit, "float_zero_to_one")
    .default(0.8)
    .describe("Largest 1 - overlap of a track and a detection that match: higher joins more loosely."),
  minimum_consecutive_frames: orRef(z.int().min(1), "integer")
    .default(1)
    .describe("Frames in a row that must show an object before it is reported; after the first frame at least two."),
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
    state.tracking ??= open(settings);
    const { tracker, pace, seen } = state.tracking;
    const tracked = track(state.tracking, detections, image.video);
    const { known, fresh } = seen.split(tracked);
    const container = { ...detections, tracker: { open: tracker.openIds, keepS: pace.keepS } };
    return {
      tracked_detections: withItems(container, tracked),
      new_instances: withItems(container, fresh),
      already_seen_instances: withItems(container, known),
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
  pace: TrackPace;
}

function open(settings: Settings): Tracking {
  const tracker = new ByteTracker({
    activationThreshold: settings.track_activation_threshold,
    matchingThreshold: settings.minimum_matching_threshold,
    minimumUpdates: settings.minimum_consecutive_frames,
  });
  const seen = new SeenInstances(settings.instances_cache_size);
  return { tracker, seen, pace: new TrackPace(settings.lost_track_buffer) };
}

function track({ tracker, pace }: Tracking, detections: Detections, video: VideoMetadata | null): Detection[] {
  const ids = tracker.update(detections.items, pace.next(video));
  const tracked: Detection[] = [];
  detections.items.forEach((item, i) => {
    const id = ids[i] ?? 0;
    if (id > 0) tracked.push({ ...item, trackerId: id });
  });
  return tracked;
}
