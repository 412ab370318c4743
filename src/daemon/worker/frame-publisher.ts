import { steadyMs } from "../../base/steady-clock.ts";
import type { Plan } from "../../compiler/plan.ts";
import { type Detections, isDetections } from "../../kinds/detections.ts";
import type { FrameHandle, RegionCount } from "../../kinds/frame.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import { type FramePayloads, framePayloads, type Origin } from "../../publish/messages/payload.ts";
import { openSequence } from "../../publish/messages/sequence.ts";
import {
  createTrackEvents,
  type TrackEvent,
  type TrackEvents,
  type TrackOutput,
  type TrackRules,
} from "../../publish/messages/track-events.ts";
import { topicsOf } from "../../publish/topics/topics.ts";
import type { EventPictures, PictureRules } from "./event-pictures.ts";
import { emptyMemory, openPlainValues, outputLevels, type ValueMemory } from "./plain-values.ts";
import type { SerialiseOutput } from "./serialise-output.ts";

export interface PublishSettings {
  prefix: string;
  device: string;
  boot: string;
  sequence: SharedArrayBuffer;
  workflow: { id: string; revision: string };
  /** Output that holds the detections to publish, null for none. */
  detections: string | null;
  frames: boolean;
  events: boolean;
  tracks: TrackRules;
  counts: boolean;
  values: boolean;
  outputs: "changed" | "every_frame" | "none";
  /** Pictures of events, and what events refer to them by; null for none. */
  pictures: { rules: PictureRules; reference: "topic" | "address" } | null;
}

export type SilenceReason = "camera_lost" | "camera_ended";

/** Milliseconds of a batch, for the latency in messages. */
export interface FrameTiming {
  /** When the batch was handed over, on the clock of `FrameHandle.decodedAt`. */
  startedAt: number;
  /** When the workflow's thread took the batch up. */
  takenAt: number;
  inferMs: number;
  /** Waiting for models, their work aside. */
  waitMs: number;
  /** Models that answered about a frame with their last result; none when absent. */
  reused?: (frame: FrameHandle) => readonly string[];
  /** Parts of a frame that models looked at. */
  regions?: (frame: FrameHandle) => RegionCount;
}

/** What is remembered from frame to frame: open tracks, and outputs as they were last sent. */
export interface PublisherMemory {
  tracks: TrackEvents | null;
  last: Map<string, string>;
  plain: ValueMemory;
}

/** Turns what a workflow gave for a frame into messages, and keeps the tracks of every camera. */
export interface FramePublisher {
  readonly memory: PublisherMemory;
  objects(row: Record<string, unknown>): number;
  messages(frame: FrameHandle, row: Record<string, unknown>, timing: FrameTiming): Message[];
  end(camera: string | null, reason: "reset" | "shutdown"): Message[];
  /** No frame of the camera came until `clockS`. */
  silence(camera: string, clockS: number, reason: SilenceReason): Message[];
  /** The camera is gone, and its topics are emptied. */
  forget(camera: string): void;
}

export interface FramePublisherTools {
  serialise: SerialiseOutput;
  pictures: EventPictures | null;
  /** Of a publisher whose place this one takes. */
  before?: Partial<PublisherMemory>;
}

export function openFramePublisher(settings: PublishSettings, plan: Plan, tools: FramePublisherTools): FramePublisher {
  const { device, boot, workflow } = settings;
  const { serialise, pictures, before = {} } = tools;
  const sequence = openSequence(settings.sequence);
  const payloads = framePayloads({ device, boot, sequence });
  const topics = topicsOf(settings.prefix, device);
  const tracks: TrackEvents | null = settings.events
    ? (before.tracks ?? createTrackEvents({ boot, sequence, rules: settings.tracks }))
    : null;
  tracks?.setRules(settings.tracks);
  const named = plan.outputs.filter((output) => !output.picture && output.name !== settings.detections);
  const levels = outputLevels(plan.outputs);
  const last = before.last ?? new Map<string, string>();
  const memory = before.plain ?? emptyMemory();
  const plain = openPlainValues(topics, settings.values ? levels : new Map(), memory);

  function outputs(frame: FrameHandle, row: Record<string, unknown>, origin: Origin): Message[] {
    if (settings.outputs === "none" && !settings.values) return [];
    return named.flatMap((output): Message[] => {
      if (settings.outputs === "changed" && !settings.frames && holdsDetections(row[output.name])) return [];
      const value = serialise(output, row[output.name]);
      return [
        ...json(frame, { name: output.name, value }, origin),
        ...(settings.values ? plain.output(frame.camera, output.name, value) : []),
      ];
    });
  }

  function json(frame: FrameHandle, output: { name: string; value: unknown }, origin: Origin): Message[] {
    if (settings.outputs === "none") return [];
    if (settings.outputs === "changed") {
      const key = `${frame.camera}\n${output.name}`;
      const text = JSON.stringify(output.value) ?? "null";
      if (last.get(key) === text) return [];
      last.set(key, text);
    }
    const topic = topics.output(workflow.id, levels.get(output.name) ?? output.name);
    return [{ class: "output", topic, payload: payloads.output(frame, output, origin) }];
  }

  function counts(cameras: Iterable<string>): Message[] {
    if (tracks === null || !settings.counts) return [];
    return [...cameras].flatMap((camera) => plain.counts(camera, tracks.counts(camera)));
  }

  return {
    memory: { tracks, last, plain: memory },
    objects(row) {
      const found = settings.detections === null ? null : row[settings.detections];
      return isDetections(found) ? found.items.length : 0;
    },
    messages(frame, row, timing) {
      const origin = originOf(frame, workflow, timing);
      const found = settings.detections === null ? null : row[settings.detections];
      const detections = isDetections(found) ? found : null;
      const messages: Message[] = [];
      if (settings.frames && settings.detections !== null) {
        const payload = payloads.detections(frame, detections ?? [], origin);
        messages.push({ class: "detections", topic: topics.detections(frame.camera), payload });
      }
      if (tracks !== null) {
        const output = tracks.observe(frame, detections ?? none(frame));
        const { pictures: wanted } = settings;
        if (wanted !== null) pictures?.observe(frame, tracks.inSight(frame.camera), wanted.rules);
        messages.push(...trackMessages(output, payloads, origin));
      }
      messages.push(...counts([frame.camera]));
      messages.push(...outputs(frame, row, origin));
      return messages;
    },
    end(camera, reason) {
      const output = camera === null ? tracks?.endAll(reason) : tracks?.endAll(reason, camera);
      if (output === undefined) return [];
      const ends = trackMessages(output, payloads, { workflow: { ...workflow, lineage: [] } });
      return [...ends, ...counts(camera === null ? memory.seen.keys() : [camera])];
    },
    silence(camera, clockS, reason) {
      const output = tracks?.silence(camera, clockS, reason);
      if (output === undefined) return [];
      const ends = trackMessages(output, payloads, { workflow: { ...workflow, lineage: [camera] } });
      return [...ends, ...counts([camera])];
    },
    forget: (camera) => plain.forget(camera),
  };

  function pictureOf({ id, phase, stamp: { camera }, detection: { trackerId } }: TrackEvent): string | null {
    if (phase === "start") pictures?.started(camera, trackerId, id);
    if (settings.pictures === null || pictures?.has(camera, trackerId) !== true) return null;
    return settings.pictures.reference === "topic" ? topics.snapshot(camera) : `/events/${id}.jpg`;
  }

  function trackMessages(output: TrackOutput, made: FramePayloads, origin: Origin): Message[] {
    const events = output.events.map((event): Message => {
      const payload = made.event(event, origin, pictureOf(event));
      return { class: "events", topic: topics.events(event.stamp.camera), payload };
    });
    for (const { camera, trackerId } of output.closed) pictures?.ended(camera, trackerId);
    const records = output.tracks.map((record): Message => {
      return { class: "tracks", topic: topics.tracks(record.stamp.camera), payload: made.track(record, origin) };
    });
    return [...events, ...records];
  }
}

/** Detections change with every frame. */
function holdsDetections(value: unknown): boolean {
  return isDetections(value) || (Array.isArray(value) && value.some(holdsDetections));
}

function originOf(
  frame: FrameHandle,
  workflow: PublishSettings["workflow"],
  { startedAt, inferMs, reused, regions }: FrameTiming,
): Origin {
  const now = steadyMs();
  const { looked } = regions?.(frame) ?? { looked: 0 };
  const queue = Math.max(0, startedAt - frame.decodedAt);
  return {
    workflow: { ...workflow, lineage: [frame.camera] },
    latencyMs: { queue: round(queue), infer: round(inferMs), total: round(now - frame.decodedAt) },
    ...(reused !== undefined && reused(frame).length > 0 ? { reused: true } : {}),
    ...(looked > 0 ? { regions: looked } : {}),
  };
}

function round(ms: number): number {
  return Math.max(0, Math.round(ms * 100) / 100);
}

function none(frame: FrameHandle): Detections {
  const { width, height, camera } = frame;
  const root = { id: camera, width, height, offsetX: 0, offsetY: 0 };
  return { kind: "detections", items: [], width, height, parentId: camera, parent: null, root };
}
