import type { Detection, Detections, TrackerWord } from "../../kinds/detections.ts";
import { toRoot } from "../../kinds/detections.ts";
import type { FrameStamp } from "./frame-stamp.ts";
import { parentOf, zonesOf } from "./payload-object.ts";
import type { Sequence } from "./sequence.ts";
import {
  type EndReason,
  type OpenTrack,
  openTrack,
  recordOf,
  reportZones,
  type Seen,
  scoreOf,
  see,
  type TrackRecord,
  timeOf,
  zoneChange,
} from "./track.ts";
import { type Counts, countTracks } from "./track-counts.ts";

export type StartReason = "confirmed";
export type UpdateReason = "interval" | "class_changed" | "zone_entered" | "zone_left";
/** A moment in the life of a tracked object; `id` is the same from start to end. */
export interface TrackEvent {
  id: string;
  phase: "start" | "update" | "end";
  reason: StartReason | UpdateReason | EndReason;
  /** The frame at which it was noticed. */
  stamp: FrameStamp;
  /** The last sight as the class that most frames showed, in pixels of the frame. */
  detection: Detection;
  parent: string | null;
  /** Of the whole track so far. */
  startTimestamp: number;
  bestConfidence: number;
  zonesEntered: readonly string[];
}

/** What one step of the state machine gives out, in order. */
export interface TrackOutput {
  events: TrackEvent[];
  tracks: TrackRecord[];
  /** Numbers of tracks that are not open any more, also of those without an event. */
  closed: { camera: string; trackerId: number }[];
}

export interface TrackRules {
  /** A track starts when this many frames have shown it, */
  confirmFrames: number;
  /** and one of them with this score. */
  confirmScore: number;
  updateEveryS: number;
  /** For trackers that do not report the end of tracks. */
  lostAfterS: number;
  /** Tracks per camera. */
  maxOpen: number;
}

export interface TrackEventsSettings {
  boot: string;
  sequence: Sequence;
  rules: TrackRules;
}

/** A tracked object in a frame. */
export interface TrackSight {
  trackerId: number;
  detection: Detection;
  /** It has started, or does so if the next frame shows it. */
  isLikely: boolean;
}

/** Turns tracked detections of frames into start, update and end events and one record per finished track. */
export interface TrackEvents {
  /** Takes the frames of a camera in order; detections without a tracker id are passed over. */
  observe(stamp: FrameStamp, detections: Detections): TrackOutput;
  /** No frame came until `clockS`: ends what its tracker does not keep for that long. */
  silence(camera: string, clockS: number, reason: "camera_lost" | "camera_ended"): TrackOutput;
  /** Ends open tracks, of one camera or of all. */
  endAll(reason: EndReason, camera?: string): TrackOutput;
  /** Objects of a camera that are in sight. */
  counts(camera: string): Counts;
  /** What the last frame of a camera shows. */
  inSight(camera: string): TrackSight[];
  /** From the next frame on. */
  setRules(rules: TrackRules): void;
}

interface Camera {
  /** From the longest unseen to the newest. */
  tracks: Map<number, OpenTrack>;
  last: FrameStamp;
  word: TrackerWord | undefined;
}

type Ending = { reason: EndReason; stamp: FrameStamp };

/** Sums of times that are equal on paper differ by less. */
const CLOCK_GRAIN_S = 1e-6;

/** A state machine without clock or input and output: time is that of the frames, and the tracker says when a track ends. */
export function createTrackEvents(settings: TrackEventsSettings): TrackEvents {
  let { rules } = settings;
  const cameras = new Map<string, Camera>();

  function observe(frame: FrameStamp, detections: Detections): TrackOutput {
    const output: TrackOutput = { events: [], tracks: [], closed: [] };
    const camera = cameraAt(frame, output);
    const stamp = { ...frame, clockS: Math.max(frame.clockS, camera.last.clockS) };
    camera.last = stamp;
    camera.word = detections.tracker;
    const parent = parentOf(detections);
    for (const detection of toRoot(detections).items) observeOne(camera, { stamp, detection, parent }, output);
    endLost(camera, output);
    return output;
  }

  /** A clock that runs back is that of another source. */
  function cameraAt(stamp: FrameStamp, output: TrackOutput): Camera {
    const known = cameras.get(stamp.camera);
    if (known !== undefined && stamp.clockS >= known.last.clockS - rules.lostAfterS) return known;
    if (known !== undefined) endCamera(known, "reset", output);
    const camera = { tracks: new Map(), last: stamp, word: undefined };
    cameras.set(stamp.camera, camera);
    return camera;
  }

  function observeOne(camera: Camera, seen: Seen, output: TrackOutput): void {
    const { trackerId } = seen.detection;
    if (trackerId === undefined) return;
    const known = camera.tracks.get(trackerId);
    const before = known?.class;
    if (known === undefined) makeRoom(camera, output);
    else see(known, seen);
    const track = known ?? openTrack(trackerId, seen);
    // Put last, as the newest.
    camera.tracks.delete(trackerId);
    camera.tracks.set(trackerId, track);
    report(track, before, output);
  }

  /** Only a sight as the class of the track is reported. */
  function report(track: OpenTrack, classBefore: string | undefined, output: TrackOutput): void {
    const change = zoneChange(track, zonesOf(track.last.detection));
    if (track.published !== track.last) return;
    if (track.id === null) {
      if (!isConfirmed(track)) return;
      const number = String(settings.sequence.next("track_id")).padStart(6, "0");
      track.id = `${track.last.stamp.camera}-${settings.boot}-${number}`;
      output.events.push(event(track, "start", "confirmed"));
    } else if (classBefore !== track.class) output.events.push(event(track, "update", "class_changed"));
    else if (change !== null) output.events.push(event(track, "update", change));
    else if (track.last.stamp.clockS - track.reportedS >= rules.updateEveryS - CLOCK_GRAIN_S) {
      output.events.push(event(track, "update", "interval"));
    }
  }

  function isConfirmed(track: OpenTrack): boolean {
    return track.frames >= rules.confirmFrames && scoreOf(track) >= rules.confirmScore;
  }

  function makeRoom(camera: Camera, output: TrackOutput): void {
    const [oldest] = camera.tracks.values();
    if (oldest === undefined || camera.tracks.size < rules.maxOpen) return;
    end(camera, oldest, { ending: { reason: "evicted", stamp: camera.last }, output });
  }

  function endLost(camera: Camera, output: TrackOutput): void {
    const open = camera.word && new Set(camera.word.open);
    const ending: Ending = { reason: "lost", stamp: camera.last };
    for (const track of [...camera.tracks.values()]) {
      const isLost = open === undefined ? isOverdue(track, camera, camera.last.clockS) : !open.has(track.trackerId);
      if (isLost) end(camera, track, { ending, output });
    }
  }

  function isOverdue(track: OpenTrack, { word }: Camera, clockS: number): boolean {
    return clockS - track.last.stamp.clockS > (word?.keepS ?? rules.lostAfterS) + CLOCK_GRAIN_S;
  }

  function silence(name: string, clockS: number, reason: "camera_lost" | "camera_ended"): TrackOutput {
    const output: TrackOutput = { events: [], tracks: [], closed: [] };
    const camera = cameras.get(name);
    if (camera === undefined) return output;
    const { last } = camera;
    const timestamp = last.timestamp + Math.round(Math.max(0, clockS - last.clockS) * 1000);
    const ending: Ending = { reason, stamp: { ...last, timestamp, clockS } };
    for (const track of [...camera.tracks.values()]) {
      if (isOverdue(track, camera, clockS)) end(camera, track, { ending, output });
    }
    return output;
  }

  /** A track whose start was not published ends without an event. */
  function end(camera: Camera, track: OpenTrack, { ending, output }: { ending: Ending; output: TrackOutput }): void {
    camera.tracks.delete(track.trackerId);
    output.closed.push({ camera: track.last.stamp.camera, trackerId: track.trackerId });
    if (!isStarted(track)) return;
    output.events.push({ ...event(track, "end", ending.reason), stamp: ending.stamp });
    output.tracks.push(recordOf(track, ending.reason, ending.stamp));
  }

  function endCamera(camera: Camera, reason: EndReason, output: TrackOutput): void {
    const ending = { reason, stamp: camera.last };
    for (const track of [...camera.tracks.values()]) end(camera, track, { ending, output });
  }

  function endAll(reason: EndReason, only?: string): TrackOutput {
    const output: TrackOutput = { events: [], tracks: [], closed: [] };
    for (const [name, camera] of cameras) {
      if (only !== undefined && only !== name) continue;
      endCamera(camera, reason, output);
      cameras.delete(name);
    }
    return output;
  }

  function inSight(name: string): TrackSight[] {
    const camera = cameras.get(name);
    if (camera === undefined) return [];
    const shown = [...camera.tracks.values()].filter(({ last }) => last.stamp === camera.last);
    // What was taken for something else in this frame shows it badly.
    const own = shown.filter(({ published, last }) => published === last);
    return own.map((track) => ({
      trackerId: track.trackerId,
      detection: track.last.detection,
      isLikely: isLikely(track),
    }));
  }

  function isLikely(track: OpenTrack): boolean {
    return track.id !== null || (track.frames >= rules.confirmFrames - 1 && scoreOf(track) >= rules.confirmScore);
  }

  const setRules = (next: TrackRules) => {
    rules = next;
  };
  const counts = (name: string) => countTracks(cameras.get(name)?.tracks.values() ?? []);
  return { observe, silence, endAll, counts, inSight, setRules };
}

function isStarted(track: OpenTrack): track is OpenTrack & { id: string } {
  return track.id !== null;
}

function event(track: OpenTrack, phase: TrackEvent["phase"], reason: TrackEvent["reason"]): TrackEvent {
  const { published } = track;
  track.reportedS = published.stamp.clockS;
  reportZones(track, zonesOf(published.detection));
  return {
    id: track.id ?? "",
    phase,
    reason,
    stamp: published.stamp,
    detection: published.detection,
    parent: published.parent,
    startTimestamp: timeOf(track.first, published.stamp),
    bestConfidence: scoreOf(track),
    zonesEntered: track.zones.entered,
  };
}
