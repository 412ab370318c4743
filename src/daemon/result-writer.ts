import sharp from "sharp";
import type { PixelService } from "../blocks/services.ts";
import type { Plan, PlanOutput } from "../compiler/plan.ts";
import type { EngineResult, StepFault } from "../engine/batch.ts";
import type { KindCodecs } from "../kinds/codec.ts";
import { type Detections, isDetections } from "../kinds/detections.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import { type Image, isImage } from "../kinds/image.ts";
import { DETECTION_KINDS } from "../kinds/kinds.ts";
import type { SerialisedImage } from "../kinds/serialise.ts";
import type { Message } from "../publish/message-class.ts";
import { type FramePayloads, framePayloads, type Origin } from "../publish/payload.ts";
import { openSequence } from "../publish/sequence.ts";
import { topicsOf } from "../publish/topics.ts";
import { createTrackEvents, type TrackEvents, type TrackOutput } from "../publish/track-events.ts";
import { outputSerialiser, type SerialiseOutput } from "./serialise-output.ts";

// What leaves a lane: messages ready to be sent, JSON results, JPEG pictures. Made here to keep the main thread free.

export interface WriterSettings {
  /** null: results only, nothing to publish. */
  publish: PublishSettings | null;
  /** Whether every frame's outputs are wanted as JSON. */
  outputs: boolean;
  /** Output whose picture is made a JPEG when pictures are wanted. */
  picture: string | null;
}

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
  outputs: "changed" | "every_frame" | "none";
}

/** What became of one frame. */
export interface FrameResult {
  messages: Message[];
  outputs: Record<string, unknown> | null;
  picture: Uint8Array | null;
  faults: StepFault[];
  /** Objects in the published detections. */
  objects: number;
  /** Milliseconds: waiting for the workflow, in models, in the workflow in all (models included). */
  timing: { queueMs: number; inferMs: number; workflowMs: number };
}

export interface WriterTools {
  pixels: PixelService;
  /** Of the kinds of plugins. */
  codecs: KindCodecs;
}

export interface ResultWriter {
  write(frames: readonly FrameHandle[], result: EngineResult, timing: Timing): Promise<FrameResult[]>;
  writeRows(result: EngineResult): Promise<FrameResult[]>;
  /** Ends the tracks of a camera (null: of all). */
  end(camera: string | null, reason: "reset" | "shutdown"): FrameResult;
}

interface Timing {
  /** When the batch was handed over, on the clock of `FrameHandle.decodedAt`. */
  startedAt: number;
  inferMs: number;
  /** Cameras whose picture somebody wants to see. */
  watched: readonly string[];
}

export function openResultWriter(settings: WriterSettings, plan: Plan, { pixels, codecs }: WriterTools): ResultWriter {
  const serialise = outputSerialiser(plan, codecs);
  const publisher = settings.publish === null ? null : openFramePublisher(settings.publish, plan, serialise);
  const encode = (image: Image) => jpeg(image, pixels);

  async function results(
    row: Record<string, unknown>,
    isWatched: boolean,
  ): Promise<Pick<FrameResult, "outputs" | "picture">> {
    const shown = settings.picture === null || !isWatched ? null : row[settings.picture];
    const picture = isImage(shown) ? await encode(shown) : null;
    return { outputs: settings.outputs ? await serialiseRow(row, plan, { serialise, encode }) : null, picture };
  }

  return {
    async write(frames, { rows, faults }, timing) {
      return Promise.all(
        frames.map(async (frame, i) => {
          const row = rows[rows.length === 1 ? 0 : i] ?? {};
          const messages = publisher?.messages(frame, row, timing) ?? [];
          const own = faults.filter(({ element }) => element === i || element === null);
          const objects = publisher?.objects(row) ?? 0;
          return {
            messages,
            objects,
            faults: own,
            timing: stages(frame, timing),
            ...(await results(row, timing.watched.includes(frame.camera))),
          };
        }),
      );
    },
    async writeRows({ rows, faults }) {
      const found = await Promise.all(rows.map((row) => results(row, false)));
      return found.map((result, i) => ({
        messages: [],
        objects: 0,
        timing: NO_TIME,
        faults: faults.filter(({ element }) => (element ?? 0) === i),
        ...result,
      }));
    },
    end: (camera, reason) => ({
      messages: publisher?.end(camera, reason) ?? [],
      outputs: null,
      picture: null,
      faults: [],
      objects: 0,
      timing: NO_TIME,
    }),
  };
}

const NO_TIME = { queueMs: 0, inferMs: 0, workflowMs: 0 };

function stages(frame: FrameHandle, { startedAt, inferMs }: Timing): FrameResult["timing"] {
  const now = performance.timeOrigin + performance.now();
  return { queueMs: Math.max(0, startedAt - frame.decodedAt), inferMs, workflowMs: now - startedAt };
}

/** Values of a row in their wire form, images as base64 JPEG. */
async function serialiseRow(
  row: Record<string, unknown>,
  plan: Plan,
  { serialise, encode }: { serialise: SerialiseOutput; encode: (image: Image) => Promise<Uint8Array> },
) {
  const pending: Promise<void>[] = [];
  const onImage = (image: Image, json: SerialisedImage) => {
    const encoding = encode(image).then((bytes) => {
      json.value = Buffer.from(bytes).toString("base64");
    });
    pending.push(encoding);
  };
  const outputs = plan.outputs.map((output) => [output.name, serialise(output, row[output.name], { onImage })]);
  await Promise.all(pending);
  return Object.fromEntries(outputs) as Record<string, unknown>;
}

function kindsOf({ source }: PlanOutput, plan: Plan): readonly string[] {
  return source.type === "slot" ? (plan.slots[source.slot]?.kinds ?? ["*"]) : ["*"];
}

async function jpeg(image: Image, pixels: PixelService): Promise<Uint8Array> {
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const rgb = image.pixels.type === "owned" ? image.pixels.rgb : pixels.copy(image);
  return sharp(rgb, { raw }).jpeg({ quality: 80 }).toBuffer();
}

interface FramePublisher {
  objects(row: Record<string, unknown>): number;
  messages(frame: FrameHandle, row: Record<string, unknown>, timing: Timing): Message[];
  end(camera: string | null, reason: "reset" | "shutdown"): Message[];
}

function openFramePublisher(settings: PublishSettings, plan: Plan, serialise: SerialiseOutput): FramePublisher {
  const { device, boot, workflow } = settings;
  const sequence = openSequence(settings.sequence);
  const payloads = framePayloads({ device, boot, sequence });
  const topics = topicsOf(settings.prefix, device);
  const tracks: TrackEvents | null = settings.events ? createTrackEvents({ boot, sequence }) : null;
  const named = plan.outputs.filter((output) => !output.picture && output.name !== settings.detections);
  const last = new Map<string, string>();

  function outputs(frame: FrameHandle, row: Record<string, unknown>, origin: Origin): Message[] {
    if (settings.outputs === "none") return [];
    return named.flatMap((output): Message[] => {
      const value = serialise(output, row[output.name]);
      if (settings.outputs === "changed") {
        const key = `${frame.camera}\n${output.name}`;
        const text = JSON.stringify(value) ?? "null";
        if (last.get(key) === text) return [];
        last.set(key, text);
      }
      const payload = payloads.output(frame, { name: output.name, value }, origin);
      return [{ class: "output", topic: topics.output(workflow.id, output.name), payload }];
    });
  }

  return {
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
      if (tracks !== null)
        messages.push(...trackMessages(tracks.observe(frame, detections ?? none(frame)), payloads, origin));
      messages.push(...outputs(frame, row, origin));
      return messages;
    },
    end(camera, reason) {
      const output = camera === null ? tracks?.endAll(reason) : tracks?.endAll(reason, camera);
      return output === undefined ? [] : trackMessages(output, payloads, { workflow: { ...workflow, lineage: [] } });
    },
  };

  function trackMessages(output: TrackOutput, made: FramePayloads, origin: Origin): Message[] {
    const events = output.events.map((event): Message => {
      return { class: "events", topic: topics.events(event.stamp.camera), payload: made.event(event, origin) };
    });
    const records = output.tracks.map((record): Message => {
      return { class: "tracks", topic: topics.tracks(record.stamp.camera), payload: made.track(record, origin) };
    });
    return [...events, ...records];
  }
}

function originOf(frame: FrameHandle, workflow: PublishSettings["workflow"], { startedAt, inferMs }: Timing): Origin {
  const now = performance.timeOrigin + performance.now();
  const queue = Math.max(0, startedAt - frame.decodedAt);
  return {
    workflow: { ...workflow, lineage: [frame.camera] },
    latencyMs: { queue: round(queue), infer: round(inferMs), total: round(now - frame.decodedAt) },
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

/** The output whose detections a pipeline publishes when its config names none: the last that can hold any. */
export function detectionsOutput(plan: Plan): string | null {
  const holding = plan.outputs.filter((output) => kindsOf(output, plan).some((kind) => DETECTION_KINDS.includes(kind)));
  return holding.at(-1)?.name ?? null;
}

/** The output shown on the live page when none is named. */
export function pictureOutput(plan: Plan): string | null {
  return plan.outputs.findLast((output) => output.picture)?.name ?? null;
}
