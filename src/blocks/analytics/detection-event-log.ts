import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { videoOrDefault } from "../../kinds/video-metadata.ts";
import { defineBlock } from "../contract/block.ts";
import { inputRef, orRef, ref } from "../contract/fields.ts";
import { EventLog, type LogRules } from "./event-log.ts";
import { isTracked } from "./tracked.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;
const frames = lazy(() => z.int().min(1));

export const detectionEventLogV1 = defineBlock({
  type: "roboflow_core/detection_event_log@v1",
  category: "analytics",
  summary: "Keeps a log of when tracked objects were first and last seen, and tells of those that are gone.",
  inputs: () =>
    z.object({
      image: inputRef("image").describe("Frame that the detections were made on; gives the time."),
      detections: ref(...kinds).describe("Objects with tracker ids; others are left out of the log."),
      frame_threshold: orRef(frames(), "integer")
        .default(30)
        .describe("Frames that must show an object before it counts as logged."),
      flush_interval: orRef(frames(), "integer")
        .default(30)
        .describe("Frames between two looks for objects that are gone."),
      stale_frames: orRef(frames(), "integer")
        .default(300)
        .describe("Frames without a sight after which an object is gone."),
      reference_timestamp: orRef(z.number(), "float")
        .nullable()
        .default(null)
        .describe("Without effect, as in the reference: times are those of the frames."),
      fallback_fps: orRef(z.number().gt(0), "float").default(1).describe("Without effect: every frame has a time."),
    }),
  outputs: {
    event_log: "dictionary",
    detections: kinds,
    total_logged: "integer",
    total_pending: "integer",
    complete_events: "dictionary",
  },
  example: { image: "$inputs.image", detections: "$steps.track.tracked_detections", frame_threshold: 15 },
  state: () => new EventLog(),
  keeps: [EventLog],
  run: ({ image, detections, frame_threshold, flush_interval, stale_frames }, { state: log }) => {
    const { frameTimestamp, clockS } = videoOrDefault(image);
    const timestamp = frameTimestamp / 1000;
    const rules: LogRules = { threshold: frame_threshold, flushEvery: flush_interval, staleAfter: stale_frames };
    const gone = log.update(detections.items.filter(isTracked), { timestamp, clock: clockS ?? timestamp }, rules);
    const { logged, pending } = log.split(rules);
    return {
      event_log: { logged, pending },
      detections,
      total_logged: Object.keys(logged).length,
      total_pending: Object.keys(pending).length,
      complete_events: Object.fromEntries(gone.map((event) => [event.tracker_id, event])),
    };
  },
});
