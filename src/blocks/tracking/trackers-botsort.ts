import { z } from "zod";
import { BotSortTracker } from "../../tracking/bot-sort.ts";
import { TrackIds } from "../../tracking/tracker.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf } from "../rasters.ts";
import { CameraMotion } from "./camera-motion.ts";
import * as fields from "./tracker-fields.ts";
import { openTracking, TRACKING_CLASSES, type Tracking, trackAndSplit } from "./tracking-state.ts";

export const trackersBotsortV1 = defineBlock({
  type: "roboflow_core/trackers_botsort@v1",
  category: "tracking",
  summary:
    "Follows objects by BoT-SORT: overlaps weighed by scores, looks where detections have vectors, the camera's motion taken out where asked for. The parameters of a video's first frame hold.",
  inputs: () =>
    z.object({
      image: fields.frameToTrack(),
      detections: fields.objectsToFollow(),
      minimum_iou_threshold_first_assoc: fields.share(
        0.2,
        "Least overlap times score of a track's expected box with a confident detection that matches it.",
      ),
      minimum_iou_threshold_second_assoc: fields.share(0.5, "Least overlap with an uncertain detection that matches."),
      minimum_iou_threshold_unconfirmed_assoc: fields.share(
        0.3,
        "Least overlap times score for a track that was not reported yet.",
      ),
      minimum_consecutive_frames: fields.updates(
        2,
        "Frames that must show an object before it is reported; at least two.",
      ),
      lost_track_buffer: fields.lostTrackBuffer(),
      track_activation_threshold: fields.share(0.7, "Score from which a detection may start a track."),
      high_conf_det_threshold: fields.share(0.6, "Score from which a detection is matched first."),
      enable_cmc: orRef(z.boolean(), "boolean").default(false).describe("Take the motion of the camera out."),
      cmc_method: z
        .enum(["orb", "sift", "sparseOptFlow", "ecc"])
        .default("sparseOptFlow")
        .describe("How the reference looks for the motion of the camera; here all mean points that are followed."),
      cmc_downscale: orRef(z.int().min(1), "integer")
        .default(2)
        .describe("How many times smaller the picture is made to look for the motion of the camera."),
      instant_first_frame_activation: orRef(z.boolean(), "boolean")
        .default(false)
        .describe("Report what the first frame shows at once."),
      instances_cache_size: fields.instancesCacheSize(),
    }),
  outputs: fields.trackedOutputs(fields.TRACKED_KINDS),
  example: fields.trackerExample,
  prepare: () => new TrackIds(),
  needs: ["pixels"],
  looks: ({ enable_cmc }) => enable_cmc !== false,
  state: (): { opened: Opened | null } => ({ opened: null }),
  keeps: TRACKING_CLASSES,
  run: ({ image, detections, ...settings }, { state, prepared, services }) => {
    state.opened ??= open(settings, prepared);
    const { tracking, tracker, camera } = state.opened;
    const boxes = detections.items.map(({ box }) => box);
    const shift = camera?.next(rasterOf(image, services.pixels), boxes) ?? null;
    if (shift !== null) tracker.follow(shift);
    return trackAndSplit(tracking, detections, image);
  },
});

interface Settings {
  minimum_iou_threshold_first_assoc: number;
  minimum_iou_threshold_second_assoc: number;
  minimum_iou_threshold_unconfirmed_assoc: number;
  minimum_consecutive_frames: number;
  lost_track_buffer: number;
  track_activation_threshold: number;
  high_conf_det_threshold: number;
  enable_cmc: boolean;
  cmc_downscale: number;
  instant_first_frame_activation: boolean;
  instances_cache_size: number;
}

interface Opened {
  tracking: Tracking;
  tracker: BotSortTracker;
  /** Null where the motion of the camera is not looked for. */
  camera: CameraMotion | null;
}

function open(settings: Settings, ids: TrackIds): Opened {
  const policy = {
    firstOverlap: settings.minimum_iou_threshold_first_assoc,
    secondOverlap: settings.minimum_iou_threshold_second_assoc,
    tentativeOverlap: settings.minimum_iou_threshold_unconfirmed_assoc,
    highConfidence: settings.high_conf_det_threshold,
    activationThreshold: settings.track_activation_threshold,
    minimumUpdates: settings.minimum_consecutive_frames,
    identifiesFirst: settings.instant_first_frame_activation,
  };
  const tracker = new BotSortTracker(policy, ids);
  const { lost_track_buffer: buffer, instances_cache_size: instances } = settings;
  const camera = settings.enable_cmc ? new CameraMotion(settings.cmc_downscale) : null;
  return { tracking: openTracking(tracker, { buffer, grace: 0, instances }), tracker, camera };
}
