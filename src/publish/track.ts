import type { Detection } from "../kinds/detections.ts";
import type { FrameStamp } from "./frame-stamp.ts";

/** `evicted`: more tracks were open than may be. */
export type EndReason = "lost" | "evicted" | "reset" | "shutdown";

/** A whole track; times are UTC milliseconds, boxes and lengths pixels of the frame. */
export interface TrackRecord {
  id: string;
  reason: EndReason;
  stamp: FrameStamp;
  trackerId: number;
  class: string;
  classVotes: Record<string, number>;
  /** The best seen. */
  confidence: number;
  frames: number;
  firstTimestamp: number;
  lastTimestamp: number;
  firstBox: Detection["box"];
  lastBox: Detection["box"];
  pathPx: number;
}

/** One sight of an object. */
export interface Seen {
  stamp: FrameStamp;
  detection: Detection;
  parent: string | null;
}

/** What is remembered of a track between frames; its size does not grow with the track's length. */
export interface OpenTrack {
  id: string;
  trackerId: number;
  first: Seen;
  seen: Seen;
  /** UTC milliseconds of the frame of the last event. */
  reportedAt: number;
  class: string;
  votes: Map<string, number>;
  confidence: number;
  frames: number;
  pathPx: number;
}

export function openTrack(id: string, seen: Seen & { trackerId: number }): OpenTrack {
  const { detection } = seen;
  return {
    id,
    trackerId: seen.trackerId,
    first: seen,
    seen,
    reportedAt: seen.stamp.timestamp,
    class: detection.class,
    votes: new Map([[detection.class, 1]]),
    confidence: detection.confidence,
    frames: 1,
    pathPx: 0,
  };
}

/** Adds one more frame; the class changes when another one has more votes. */
export function see(track: OpenTrack, seen: Seen): void {
  const { detection } = seen;
  const votes = (track.votes.get(detection.class) ?? 0) + 1;
  track.votes.set(detection.class, votes);
  if (votes > (track.votes.get(track.class) ?? 0)) track.class = detection.class;
  track.confidence = Math.max(track.confidence, detection.confidence);
  track.frames += 1;
  track.pathPx += distance(track.seen.detection.box, detection.box);
  track.seen = seen;
}

export function recordOf(track: OpenTrack, reason: EndReason, stamp: FrameStamp): TrackRecord {
  return {
    id: track.id,
    reason,
    stamp,
    trackerId: track.trackerId,
    class: track.class,
    classVotes: Object.fromEntries(track.votes),
    confidence: track.confidence,
    frames: track.frames,
    firstTimestamp: track.first.stamp.timestamp,
    lastTimestamp: track.seen.stamp.timestamp,
    firstBox: track.first.detection.box,
    lastBox: track.seen.detection.box,
    pathPx: track.pathPx,
  };
}

/** Whether a camera's clock went back further than frames may be out of step: what comes now is another time line. */
export function movesBack(last: FrameStamp, next: FrameStamp, lostAfterS: number): boolean {
  return last.timestamp - next.timestamp > lostAfterS * 1000;
}

function distance(a: Detection["box"], b: Detection["box"]): number {
  return Math.hypot(a[0] + a[2] - b[0] - b[2], a[1] + a[3] - b[1] - b[3]) / 2;
}
