import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";
import { SeenInstances } from "../../tracking/seen-instances.ts";
import { TrackPace } from "../../tracking/track-pace.ts";
import type { Tracker } from "../../tracking/tracker.ts";

/** A tracker on one camera, with the camera's pace and the ids met so far. */
export interface Tracking {
  tracker: Tracker;
  pace: TrackPace;
  seen: SeenInstances;
}

export interface TrackingSettings {
  /** Frames at 30 a second that a track outlives without being seen, and the usual steps that it is kept beyond them. */
  buffer: number;
  grace: number;
  /** Ids remembered as met. */
  instances?: number | undefined;
}

export function openTracking(tracker: Tracker, { buffer, grace, instances = 1 }: TrackingSettings): Tracking {
  return { tracker, pace: new TrackPace(buffer, grace), seen: new SeenInstances(instances) };
}

/** The followed detections with their ids, in the tracker's order. */
export function track(
  { tracker, pace }: Tracking,
  detections: Detections,
  { video }: { video: VideoMetadata | null },
): Detections {
  const tracked: Detection[] = [];
  for (const { index, id } of tracker.update(detections.items, pace.next(video))) {
    const item = detections.items[index];
    if (item !== undefined) tracked.push({ ...item, trackerId: id });
  }
  return { ...withItems(detections, tracked), tracker: { open: tracker.openIds, keepS: pace.keepS } };
}

/** The same, beside those whose ids are new and those whose ids were met before. */
export function trackAndSplit(tracking: Tracking, detections: Detections, frame: { video: VideoMetadata | null }) {
  const tracked = track(tracking, detections, frame);
  const { known, fresh } = tracking.seen.split(tracked.items);
  return {
    tracked_detections: tracked,
    new_instances: withItems(tracked, fresh),
    already_seen_instances: withItems(tracked, known),
  };
}
