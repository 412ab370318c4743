import type { Detections } from "../../kinds/detections.ts";
import type { FrameStamp } from "./frame-stamp.ts";
import type { MessageClass } from "./message-class.ts";
import { normalised, objectOf, objectsOf } from "./payload-object.ts";
import { type Payload, type PayloadName, schemaName } from "./schemas.ts";
import type { Sequence } from "./sequence.ts";
import type { TrackRecord } from "./track.ts";
import type { TrackEvent } from "./track-events.ts";

/** Who publishes. */
export interface Sender {
  device: string;
  boot: string;
  sequence: Sequence;
}

/** How a result of a frame came about. */
export interface Origin {
  workflow?: Payload<"output">["workflow"];
  model?: Payload<"output">["model"];
  latencyMs?: Payload<"output">["latency_ms"];
  reused?: true;
  regions?: number;
}

type EnvelopeKey = "schema" | "replayed" | "device" | "boot" | "seq" | "ts";
type DevicePayload = "info" | "stats" | "camera-status" | "snapshot" | "clip" | "engine" | "result";

const DEVICE_CLASSES: Record<DevicePayload, MessageClass> = {
  info: "info",
  stats: "stats",
  "camera-status": "camera_status",
  snapshot: "snapshot_info",
  clip: "clip",
  engine: "engine",
  result: "result",
};

/** JSON of a payload about the device itself; `at` is UTC milliseconds. */
export function devicePayload<Name extends DevicePayload>(
  sender: Sender,
  name: Name,
  body: Omit<Payload<Name>, EnvelopeKey> & { at: number },
): string {
  const { at, ...fields } = body;
  return JSON.stringify({ ...envelope(sender, name, { of: DEVICE_CLASSES[name], at }), ...fields });
}

/** Makes the JSON of everything one workflow says about frames. */
export interface FramePayloads {
  detections(stamp: FrameStamp, detections: Detections | readonly Detections[], origin: Origin): string;
  /** `snapshot`: topic or address of its picture. */
  event(event: TrackEvent, origin: Origin, snapshot?: string | null): string;
  track(record: TrackRecord, origin: Origin): string;
  /** `value` is already in its wire form. */
  output(stamp: FrameStamp, output: { name: string; value: unknown; of?: MessageClass }, origin: Origin): string;
}

/** Payloads about frames; cheap enough for every frame of every camera. */
export function framePayloads(sender: Sender): FramePayloads {
  const head = (name: PayloadName, of: MessageClass, [stamp, origin]: [FrameStamp, Origin]) => ({
    ...envelope(sender, name, { of, at: stamp.timestamp }),
    ...about(stamp, origin),
  });
  return {
    detections: (stamp, detections, origin) =>
      JSON.stringify({
        ...head("detections", "detections", [stamp, origin]),
        objects: objectsOf(stamp, detections),
      }),
    event: (event, origin, snapshot = null) =>
      JSON.stringify({
        ...head("event", "events", [event.stamp, origin]),
        id: event.id,
        phase: event.phase,
        reason: event.reason,
        start_ts: new Date(event.startTimestamp).toISOString(),
        best_confidence: rounded(event.bestConfidence),
        zones_entered: event.zonesEntered,
        snapshot,
        object: objectOf(event.detection, event.stamp, event.parent),
      }),
    track: (record, origin) =>
      JSON.stringify({ ...head("track", "tracks", [record.stamp, origin]), ...trackBody(record) }),
    output: (stamp, { name, value, of = "output" }, origin) =>
      JSON.stringify({ ...head("output", of, [stamp, origin]), name, value: value ?? null }),
  };
}

function envelope(sender: Sender, name: PayloadName, { of, at }: { of: MessageClass; at: number }) {
  return {
    schema: schemaName(name),
    replayed: false,
    device: sender.device,
    boot: sender.boot,
    seq: sender.sequence.next(of),
    ts: new Date(at).toISOString(),
  };
}

function about(stamp: FrameStamp, { workflow, model, latencyMs, reused, regions }: Origin) {
  return {
    ts_source: stamp.timestampSource,
    camera: stamp.camera,
    frame: { id: stamp.sequence, pts: stamp.pts, width: stamp.width, height: stamp.height },
    workflow,
    model,
    latency_ms: latencyMs,
    reused,
    regions,
  };
}

function trackBody(record: TrackRecord) {
  return {
    id: record.id,
    reason: record.reason,
    track: record.trackerId,
    class: record.class,
    class_votes: record.classVotes,
    confidence: rounded(record.confidence),
    frames: record.frames,
    first_ts: new Date(record.firstTimestamp).toISOString(),
    last_ts: new Date(record.lastTimestamp).toISOString(),
    duration_s: (record.lastTimestamp - record.firstTimestamp) / 1000,
    first_box: normalised(record.firstBox, record.stamp),
    last_box: normalised(record.lastBox, record.stamp),
    path_px: Math.round(record.pathPx * 10) / 10,
    zones_entered: record.zonesEntered,
  };
}

function rounded(confidence: number): number {
  return Math.round(Math.min(1, Math.max(0, confidence)) * 1e4) / 1e4;
}
