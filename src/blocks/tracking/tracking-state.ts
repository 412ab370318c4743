import { type Detection, type Detections, withItems } from "../../kinds/detections.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";
import { AreaMotion } from "../../tracking/area-motion.ts";
import { Axis } from "../../tracking/axis.ts";
import { BotSortTracker } from "../../tracking/bot-sort.ts";
import { ByteTracker } from "../../tracking/byte-track.ts";
import { CornerMotion } from "../../tracking/corner-motion.ts";
import { HeightMotion } from "../../tracking/height-motion.ts";
import { OcSortTracker } from "../../tracking/oc-sort.ts";
import { ObservedTrack } from "../../tracking/oc-track.ts";
import { SeenInstances } from "../../tracking/seen-instances.ts";
import { SizeMotion } from "../../tracking/size-motion.ts";
import { SortTracker } from "../../tracking/sort.ts";
import { Track } from "../../tracking/track.ts";
import { TrackList } from "../../tracking/track-list.ts";
import { TrackPace } from "../../tracking/track-pace.ts";
import { type Tracker, TrackIds } from "../../tracking/tracker.ts";
import { TwoStageTracker } from "../../tracking/two-stage-track.ts";
import { CameraMotion } from "./camera-motion.ts";

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

/** Of which the state of every tracker is made. */
export const TRACKING_CLASSES = [
  AreaMotion,
  Axis,
  BotSortTracker,
  ByteTracker,
  CameraMotion,
  CornerMotion,
  HeightMotion,
  ObservedTrack,
  OcSortTracker,
  SeenInstances,
  SizeMotion,
  SortTracker,
  Track,
  TrackIds,
  TrackList,
  TrackPace,
  TwoStageTracker,
];
