import type { Detection, Detections } from "../kinds/detections.ts";
import { toRoot } from "../kinds/detections.ts";
import type { FrameStamp } from "./frame-stamp.ts";
import { parentOf } from "./payload-object.ts";
import type { Sequence } from "./sequence.ts";
import {
  type EndReason,
  movesBack,
  type OpenTrack,
  openTrack,
  recordOf,
  type Seen,
  see,
  type TrackRecord,
} from "./track.ts";

export type StartReason = "first_seen";
export type UpdateReason = "interval" | "class_changed";
/** A moment in the life of a tracked object; `id` is the same from start to end. */
export interface TrackEvent {
  id: string;
  phase: "start" | "update" | "end";
  reason: StartReason | UpdateReason | EndReason;
  /** The frame at which it was noticed. */
  stamp: FrameStamp;
  /** As last seen, in pixels of the frame. */
  detection: Detection;
  parent: string | null;
  /** The class seen in most frames so far. */
  class: string;
}

/** What one step of the state machine gives out, in order. */
export interface TrackOutput {
  events: TrackEvent[];
  tracks: TrackRecord[];
}

export interface TrackEventsSettings {
  boot: string;
  sequence: Sequence;
  /** Default 5. */
  updateEveryS?: number;
  /** Default 3. */
  lostAfterS?: number;
  /** Open tracks per camera; default 1000. */
  maxOpen?: number;
}

/** Turns tracked detections of frames into start, update and end events and one record per finished track. */
export interface TrackEvents {
  /** Takes the frames of a camera in order; detections without a tracker id are passed over. */
  observe(stamp: FrameStamp, detections: Detections): TrackOutput;
  /** Ends what is open, of one camera or of all. */
  endAll(reason: EndReason, camera?: string): TrackOutput;
}

interface Camera {
  tracks: Map<number, OpenTrack>;
  last: FrameStamp;
}

/** A state machine without clock or input and output: time is that of the frames. */
export function createTrackEvents(settings: TrackEventsSettings): TrackEvents {
  const { updateEveryS = 5, lostAfterS = 3, maxOpen = 1000 } = settings;
  const cameras = new Map<string, Camera>();

  function observe(frame: FrameStamp, detections: Detections): TrackOutput {
    const output: TrackOutput = { events: [], tracks: [] };
    const camera = cameraAt(frame, output);
    const stamp = { ...frame, timestamp: Math.max(frame.timestamp, camera.last.timestamp) };
    camera.last = stamp;
    const parent = parentOf(detections);
    for (const detection of toRoot(detections).items) observeOne(camera, { stamp, detection, parent }, output);
    for (const track of camera.tracks.values()) {
      if (stamp.timestamp - track.seen.stamp.timestamp <= lostAfterS * 1000) break;
      end(camera, track, { reason: "lost", output });
    }
    return output;
  }

  function cameraAt(frame: FrameStamp, output: TrackOutput): Camera {
    const known = cameras.get(frame.camera);
    if (known !== undefined && !movesBack(known.last, frame, lostAfterS)) return known;
    if (known !== undefined) endCamera(known, "reset", output);
    const camera = { tracks: new Map(), last: frame };
    cameras.set(frame.camera, camera);
    return camera;
  }

  function observeOne(camera: Camera, seen: Seen, output: TrackOutput): void {
    const { trackerId } = seen.detection;
    if (trackerId === undefined) return;
    const known = camera.tracks.get(trackerId);
    if (known === undefined) {
      start(camera, { ...seen, trackerId }, output);
      return;
    }
    // Put last again, so that the map runs from the longest unseen to the newest.
    camera.tracks.delete(trackerId);
    camera.tracks.set(trackerId, known);
    const before = known.class;
    see(known, seen);
    const due = seen.stamp.timestamp - known.reportedAt >= updateEveryS * 1000;
    if (known.class !== before) output.events.push(report(known, "update", "class_changed"));
    else if (due) output.events.push(report(known, "update", "interval"));
  }

  function start(camera: Camera, seen: Seen & { trackerId: number }, output: TrackOutput): void {
    const [oldest] = camera.tracks.values();
    if (oldest !== undefined && camera.tracks.size >= maxOpen) end(camera, oldest, { reason: "evicted", output });
    const number = String(settings.sequence.next("track_id")).padStart(6, "0");
    const track = openTrack(`${seen.stamp.camera}-${settings.boot}-${number}`, seen);
    camera.tracks.set(seen.trackerId, track);
    output.events.push(report(track, "start", "first_seen"));
  }

  function end(camera: Camera, track: OpenTrack, { reason, output }: { reason: EndReason; output: TrackOutput }): void {
    camera.tracks.delete(track.trackerId);
    output.events.push({ ...report(track, "end", reason), stamp: camera.last });
    output.tracks.push(recordOf(track, reason, camera.last));
  }

  function endCamera(camera: Camera, reason: EndReason, output: TrackOutput): void {
    for (const track of camera.tracks.values()) end(camera, track, { reason, output });
  }

  function endAll(reason: EndReason, only?: string): TrackOutput {
    const output: TrackOutput = { events: [], tracks: [] };
    for (const [name, camera] of cameras) {
      if (only !== undefined && only !== name) continue;
      endCamera(camera, reason, output);
      cameras.delete(name);
    }
    return output;
  }

  return { observe, endAll };
}

function report(track: OpenTrack, phase: TrackEvent["phase"], reason: TrackEvent["reason"]): TrackEvent {
  const { id, seen, class: name } = track;
  track.reportedAt = seen.stamp.timestamp;
  return { id, phase, reason, stamp: seen.stamp, detection: seen.detection, parent: seen.parent, class: name };
}
