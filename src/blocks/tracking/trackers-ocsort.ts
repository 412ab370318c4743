import { z } from "zod";
import { OcSortTracker } from "../../tracking/oc-sort.ts";
import { TrackIds } from "../../tracking/tracker.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import * as fields from "./tracker-fields.ts";
import { openTracking, TRACKING_CLASSES, type Tracking, trackAndSplit } from "./tracking-state.ts";

export const trackersOcsortV1 = defineBlock({
  type: "roboflow_core/trackers_ocsort@v1",
  category: "tracking",
  summary:
    "Follows objects by OC-SORT: for objects that turn and hide, by their direction and where they were last seen. The parameters of a video's first frame hold.",
  inputs: () =>
    z.object({
      image: fields.frameToTrack(),
      detections: fields.objectsToFollow(),
      minimum_iou_threshold: fields.share(
        0.3,
        "Least overlap of a track's expected box with a detection that matches it.",
      ),
      minimum_consecutive_frames: fields.updates(
        3,
        "Frames in a row, after the one that starts a track, that must show an object before it is reported; at the start of a video one.",
      ),
      lost_track_buffer: fields.lostTrackBuffer(),
      high_conf_det_threshold: fields.share(0.6, "Score from which detections are followed; others are left out."),
      direction_consistency_weight: fields.share(0.2, "How much a match in the direction of the motion is preferred."),
      delta_t: orRef(z.int().min(1), "integer").default(3).describe("Frames that the direction is taken over."),
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
  high_conf_det_threshold: number;
  direction_consistency_weight: number;
  delta_t: number;
  instances_cache_size: number;
}

function open(settings: Settings, ids: TrackIds): Tracking {
  const policy = {
    minimumOverlap: settings.minimum_iou_threshold,
    highConfidence: settings.high_conf_det_threshold,
    minimumUpdates: settings.minimum_consecutive_frames,
    directionWeight: settings.direction_consistency_weight,
    lookback: settings.delta_t,
  };
  const tracker = new OcSortTracker(policy, ids);
  return openTracking(tracker, {
    buffer: settings.lost_track_buffer,
    grace: OC_SORT_GRACE,
    instances: settings.instances_cache_size,
  });
}

/** Usual steps that it keeps a track for beyond the buffer. */
const OC_SORT_GRACE = 1;
