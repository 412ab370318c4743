import { z } from "zod";
import { TrackIds } from "../../tracking/tracker.ts";
import { TwoStageTracker } from "../../tracking/two-stage-track.ts";
import { defineBlock } from "../contract/block.ts";
import * as fields from "./tracker-fields.ts";
import { openTracking, TRACKING_CLASSES, type Tracking, trackAndSplit } from "./tracking-state.ts";

export const trackersBytetrackV1 = defineBlock({
  type: "roboflow_core/trackers_bytetrack@v1",
  category: "tracking",
  summary:
    "Follows objects by ByteTrack: uncertain detections go on with tracks that confident ones left over. The parameters of a video's first frame hold.",
  inputs: () =>
    z.object({
      image: fields.frameToTrack(),
      detections: fields.objectsToFollow(),
      minimum_iou_threshold: fields.share(
        0.1,
        "Least overlap of a track's expected box with a detection that matches it.",
      ),
      minimum_consecutive_frames: fields.updates(
        2,
        "Frames in a row that must show an object before it is reported; at least two.",
      ),
      lost_track_buffer: fields.lostTrackBuffer(),
      track_activation_threshold: fields.share(0.7, "Score from which a detection may start a track."),
      high_conf_det_threshold: fields.share(0.6, "Score from which a detection is matched first."),
      instances_cache_size: fields.instancesCacheSize(),
    }),
  outputs: fields.trackedOutputs(fields.TRACKED_KINDS),
  example: fields.trackerExample,
  prepare: () => new TrackIds(),
  state: (): { tracking: Tracking | null } => ({ tracking: null }),
  keeps: TRACKING_CLASSES,
  run: ({ image, detections, ...settings }, { state, prepared }) => {
    state.tracking ??= open(settings, prepared);
    return trackAndSplit(state.tracking, detections, image);
  },
});

interface Settings {
  minimum_iou_threshold: number;
  minimum_consecutive_frames: number;
  lost_track_buffer: number;
  track_activation_threshold: number;
  high_conf_det_threshold: number;
  instances_cache_size: number;
}

function open(settings: Settings, ids: TrackIds): Tracking {
  const policy = {
    minimumOverlap: settings.minimum_iou_threshold,
    highConfidence: settings.high_conf_det_threshold,
    activationThreshold: settings.track_activation_threshold,
    minimumUpdates: settings.minimum_consecutive_frames,
  };
  const tracker = new TwoStageTracker(policy, ids);
  return openTracking(tracker, {
    buffer: settings.lost_track_buffer,
    grace: 0,
    instances: settings.instances_cache_size,
  });
}
