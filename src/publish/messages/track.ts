import type { Detection } from "../../kinds/detections.ts";
import type { FrameStamp } from "./frame-stamp.ts";

/**
 * `lost`: the tracker gave it up. `camera_lost`, `camera_ended`: no frame came for as long as the tracker keeps a track.
 * `evicted`: more tracks were open than may be.
 */
export type EndReason = "lost" | "camera_lost" | "camera_ended" | "evicted" | "reset" | "shutdown";

/** A whole track; times are UTC milliseconds, boxes and lengths pixels of the frame. */
export interface TrackRecord {
  id: string;
  reason: EndReason;
  stamp: FrameStamp;
  trackerId: number;
  class: string;
  classVotes: Record<string, number>;
  /** The best seen of the class. */
  confidence: number;
  frames: number;
  firstTimestamp: number;
  lastTimestamp: number;
  firstBox: Detection["box"];
  lastBox: Detection["box"];
  pathPx: number;
  /** Zones that it was in, in the order of its coming. */
  zonesEntered: readonly string[];
}

/** One sight of an object. */
export interface Seen {
  stamp: FrameStamp;
  detection: Detection;
  parent: string | null;
}

interface Votes {
  count: number;
  best: number;
}

/** What is remembered of a track between frames; its size does not grow with the track's length. */
export interface OpenTrack {
  trackerId: number;
  /** Of its events; null until its start is confirmed. */
  id: string | null;
  first: Seen;
  last: Seen;
  /** The last sight as `class`: class, confidence and box of a message are all of one sight. */
  published: Seen;
  /** `clockS` of the last event. */
  reportedS: number;
  /** The class seen in most frames. */
  class: string;
  votes: Map<string, Votes>;
  frames: number;
  pathPx: number;
  /** Names of the zones of the last event, and of the last sight. */
  zones: { reported: readonly string[]; seen: readonly string[]; entered: readonly string[] };
}

export function openTrack(trackerId: number, seen: Seen): OpenTrack {
  const { detection } = seen;
  return {
    trackerId,
    id: null,
    first: seen,
    last: seen,
    published: seen,
    reportedS: seen.stamp.clockS,
    class: detection.class,
    votes: new Map([[detection.class, { count: 1, best: detection.confidence }]]),
    frames: 1,
    pathPx: 0,
    zones: { reported: [], seen: [], entered: [] },
  };
}

/**
 * How the zones of a track differ from those of its last event, once two sights in a row agree, lest a box that trembles on an
 * outline comes and goes.
 */
export function zoneChange({ zones }: OpenTrack, now: readonly string[]): "zone_entered" | "zone_left" | null {
  const isSettled = sameNames(zones.seen, now);
  zones.seen = now;
  if (!isSettled) return null;
  if (now.some((name) => !zones.reported.includes(name))) return "zone_entered";
  return zones.reported.some((name) => !now.includes(name)) ? "zone_left" : null;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

/** The zones of a new event. */
export function reportZones({ zones }: OpenTrack, now: readonly string[]): void {
  zones.reported = now;
  const fresh = now.filter((name) => !zones.entered.includes(name));
  if (fresh.length > 0) zones.entered = [...zones.entered, ...fresh].slice(0, MOST_ZONES);
}

/** Code may name zones as it likes. */
const MOST_ZONES = 64;

/** Adds one more frame; the class changes when another one has more votes. */
export function see(track: OpenTrack, seen: Seen): void {
  const { class: name, confidence, box } = seen.detection;
  const before = track.votes.get(name) ?? { count: 0, best: 0 };
  const votes = { count: before.count + 1, best: Math.max(before.best, confidence) };
  track.votes.set(name, votes);
  if (votes.count > (track.votes.get(track.class)?.count ?? 0)) track.class = name;
  if (name === track.class) track.published = seen;
  track.frames += 1;
  track.pathPx += distance(track.last.detection.box, box);
  track.last = seen;
}

/** Best score of the class that the track goes by. */
export function scoreOf({ votes, class: name }: OpenTrack): number {
  return votes.get(name)?.best ?? 0;
}

/** Time of day of a sight, counted back from that of `stamp`, so that all are of one clock. */
export function timeOf(seen: Seen, stamp: FrameStamp): number {
  return stamp.timestamp - Math.round((stamp.clockS - seen.stamp.clockS) * 1000);
}

export function recordOf(track: OpenTrack & { id: string }, reason: EndReason, stamp: FrameStamp): TrackRecord {
  const timestampOf = (seen: Seen) => timeOf(seen, stamp);
  return {
    id: track.id,
    reason,
    stamp,
    trackerId: track.trackerId,
    class: track.class,
    classVotes: Object.fromEntries(Array.from(track.votes, ([name, { count }]) => [name, count])),
    confidence: scoreOf(track),
    frames: track.frames,
    firstTimestamp: timestampOf(track.first),
    lastTimestamp: timestampOf(track.last),
    firstBox: track.first.detection.box,
    lastBox: track.last.detection.box,
    pathPx: track.pathPx,
    zonesEntered: track.zones.entered,
  };
}

function distance(a: Detection["box"], b: Detection["box"]): number {
  return Math.hypot(a[0] + a[2] - b[0] - b[2], a[1] + a[3] - b[1] - b[3]) / 2;
}
