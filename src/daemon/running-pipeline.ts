import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../base/errors.ts";
import { type FrameHandle, renditionKey } from "../kinds/frame.ts";
import type { Message } from "../publish/message-class.ts";
import type { Sequence } from "../publish/sequence.ts";
import type { Arena } from "../stream/arena.ts";
import { openIntake } from "../stream/batch.ts";
import { type Camera, openCamera } from "../stream/camera.ts";
import type { FfmpegBinary } from "../stream/ffmpeg-binary.ts";
import type { Ledger } from "../stream/ledger.ts";
import { batchesUnderWay } from "./batches-under-way.ts";
import { cameraSettings } from "./camera-settings.ts";
import type { Config } from "./config-schema.ts";
import type { Report } from "./events.ts";
import type { LaneDefinition } from "./lane.ts";
import type { ModelStore } from "./models.ts";
import { OpenTracks } from "./open-tracks.ts";
import { openPipeline, type Pipeline, type Viewers } from "./pipeline.ts";
import type { PreparedPipeline } from "./prepare.ts";
import type { FrameResult } from "./result-writer.ts";
import { openWorkflow, renditionsOf, type Workflow } from "./workflow.ts";

/** What all pipelines of a daemon share. */
export interface PipelineSurroundings {
  arena: Arena;
  ffmpeg: FfmpegBinary;
  models: ModelStore;
  ledger: Ledger;
  sequence: Sequence;
  boot: string;
  viewers: Viewers;
  report: Report;
  /** Null where nobody wants messages. */
  publish: ((message: Message) => void) | null;
  cameraStarting: (camera: string) => void;
  onResult: (frame: FrameHandle, result: FrameResult) => void;
}

/** A pipeline with its cameras, which takes other definitions and other cameras while it runs. */
export interface RunningPipeline {
  readonly pipeline: Pipeline;
  readonly workflow: Workflow;
  /** Goes on with another definition; cameras are opened anew only where it looks at other pictures. */
  swap(prepared: PreparedPipeline, config: Config): Promise<void>;
  /** Stops cameras and opens those of the config in their place. */
  replaceCameras(change: { stop: readonly string[]; start: readonly string[] }, config: Config): Promise<void>;
}

/** Longest wait for frames of a camera that is to be opened anew. */
const CAMERA_STOP_MS = 5000;

export async function openRunningPipeline(
  prepared: PreparedPipeline,
  config: Config,
  around: PipelineSurroundings,
): Promise<RunningPipeline> {
  const { id } = prepared;
  const { arena, models, ffmpeg, ledger, report } = around;
  const { batch_size: batchSize, batch_wait_ms: batchWaitMs, timeout_ms: timeoutMs } = prepared.config;
  const sessions = config.inference.sessions ?? availableParallelism();
  const crew = { sessions, cameras: prepared.config.cameras.length, batchSize };
  const credits = prepared.config.concurrency ?? batchesUnderWay(crew);
  const workflow = await openWorkflow({
    ...definitionOf(prepared, config, around),
    models,
    arena: arena.memory,
    plugins: prepared.plugins,
    ...(config.state_dir === undefined ? {} : { stateDirectory: join(config.state_dir, "blocks", id) }),
    pipeline: id,
    report: (event) => report({ ...event, pipeline: id }),
    concurrency: credits,
    timeoutMs,
  });
  let renditions = renditionsOf(prepared.plan, prepared.config.parameters, models);
  const open = (camera: string, { cameras }: Config): Camera => {
    around.cameraStarting(camera);
    const entry = cameras[camera];
    if (entry === undefined) throw new ConfigError("CONFIG", []);
    return openCamera(cameraSettings(camera, entry, credits + 3), { ffmpeg, arena, renditions, ledger, report });
  };
  const cameras = prepared.config.cameras.map((camera) => open(camera, config));
  const intake = openIntake({ cameras, ledger, batchSize, batchWaitMs, credits });
  const tracks = new OpenTracks(around.sequence);
  const publish = (message: Message) => {
    tracks.observe(message);
    around.publish?.(message);
  };
  const pipeline = openPipeline({
    id,
    intake,
    workflow,
    ledger,
    viewers: around.viewers,
    report,
    publish,
    stateLost: () => {
      for (const message of tracks.endAll()) around.publish?.(message);
    },
    onResult: around.onResult,
  });
  let names = [...prepared.config.cameras];

  async function takeDefinition(next: PreparedPipeline, after: Config): Promise<void> {
    for (const message of await workflow.swap(definitionOf(next, after, around))) publish(message);
  }

  return {
    pipeline,
    workflow,
    async swap(next, after) {
      const wanted = renditionsOf(next.plan, next.config.parameters, models);
      const delivered = new Set(renditions.map(renditionKey));
      if (wanted.every((rendition) => delivered.has(renditionKey(rendition)))) return takeDefinition(next, after);
      report({ type: "cameras_reopened", pipeline: id, cameras: names });
      // Frames of the old sizes end on the old plan. Cameras come back whatever becomes of the new one.
      let refusal: unknown = null;
      await intake.replace(
        names,
        async () => {
          try {
            await takeDefinition(next, after);
            renditions = wanted;
          } catch (error) {
            refusal = error;
          }
          return names.map((camera) => open(camera, after));
        },
        CAMERA_STOP_MS,
      );
      if (refusal !== null) throw refusal;
    },
    async replaceCameras({ stop, start }, after) {
      names = [...names.filter((name) => !stop.includes(name)), ...start];
      await intake.replace(stop, async () => start.map((camera) => open(camera, after)), CAMERA_STOP_MS);
    },
  };
}

function definitionOf(prepared: PreparedPipeline, config: Config, around: PipelineSurroundings): LaneDefinition {
  const { plan, picture, config: pipeline } = prepared;
  return {
    plan,
    parameters: pipeline.parameters,
    onError: pipeline.on_error === "drop" ? "throw" : "isolate",
    writer: { publish: publishSettings(prepared, config, around), outputs: false, picture },
  };
}

function publishSettings(
  { id, revision, config: { publish }, detections }: PreparedPipeline,
  { device, mqtt }: Config,
  { publish: send, boot, sequence }: PipelineSurroundings,
) {
  if (send === null) return null;
  const { frames, events, outputs } = publish;
  const prefix = mqtt?.prefix ?? "millrace";
  const workflow = { id, revision };
  return { prefix, device, boot, sequence: sequence.memory, workflow, detections, frames, events, outputs };
}
