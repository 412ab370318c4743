import { availableParallelism } from "node:os";
import { join } from "node:path";
import { MillraceError } from "../../base/errors.ts";
import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import { type FrameHandle, LUMINANCE, type RenditionRequest } from "../../kinds/frame.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { Sequence } from "../../publish/messages/sequence.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { ModelStore } from "../models/models.ts";
import type { PreparedPipeline } from "../prepare/prepare.ts";
import { ZONE_LOST } from "../report/events.ts";
import { VERSION } from "../report/version.ts";
import type { PictureWord } from "../worker/event-pictures.ts";
import { filesOf } from "../worker/files-of.ts";
import type { PublishSettings } from "../worker/frame-publisher.ts";
import type { FrameResult } from "../worker/result-writer.ts";
import { openWorkflow, renditionsOf, type Workflow } from "../worker/workflow.ts";
import type { WorkerDefinition } from "../worker/workflow-runner.ts";
import { batchesUnderWay } from "./batches-under-way.ts";
import { OpenTracks } from "./open-tracks.ts";
import { openPipeline, type Pipeline, type Viewers } from "./pipeline.ts";
import { type CameraSurroundings, PipelineCameras } from "./pipeline-cameras.ts";
import type { TrackJournal } from "./track-journal.ts";
import { watchSilence } from "./watch-silence.ts";

/** What all pipelines of a daemon share. */
export interface PipelineSurroundings extends CameraSurroundings {
  models: ModelStore;
  sequence: Sequence;
  boot: string;
  /** Remembers the open tracks of all pipelines. */
  journal: TrackJournal;
  viewers: Viewers;
  publish: (message: Message) => void;
  /** Pictures of events, of a pipeline. */
  pictured: (pipeline: string, word: PictureWord) => void;
  /** False where events alone are wanted, which the page shows. */
  hasReaders: boolean;
  /** Where pauses of workflow threads for the garbage collector are counted. */
  pauses?: SharedArrayBuffer;
  /** Outputs of every frame come with its result, with pictures or without; they do not by default. */
  results?: { withoutPictures: boolean };
  /** The next result waits for it. */
  onResult: (frame: FrameHandle, result: FrameResult) => void | Promise<void>;
  /** Something of the config does not run yet and is tried again. */
  isAwaited: () => boolean;
}

export interface PipelineOpening {
  /** Ends it. */
  signal: AbortSignal;
  /**
   * Cameras connect while the workflow opens, and in vain where it does not; otherwise they follow it. For a first
   * attempt: those that follow a failure would disturb the cameras each time.
   */
  areCamerasEarly: boolean;
}

/** Opens the workflow of a pipeline and its cameras. */
export async function openRunningPipeline(
  prepared: PreparedPipeline,
  config: Config,
  around: PipelineSurroundings,
  { signal, areCamerasEarly }: PipelineOpening,
): Promise<RunningPipeline> {
  const { config: own } = prepared;
  const sessions = config.inference.sessions ?? availableParallelism();
  const credits =
    own.concurrency ?? batchesUnderWay({ sessions, cameras: own.cameras.length, batchSize: own.batch_size });
  const definition = definitionOf(prepared, config, around);
  const tracks = new OpenTracks(around.sequence, around.journal);
  const openCameras = () => {
    const renditions = deliveredFor(prepared, around.models);
    return new PipelineCameras({ pipeline: own, config, around, renditions, credits });
  };
  const early = areCamerasEarly ? openCameras() : null;
  const giveUp = () => void early?.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    const settings = workflowSettings({ prepared, config, around, tracks, credits });
    const workflow = await openWorkflow({ ...definition, ...settings, signal });
    return new RunningPipeline({ prepared, around, workflow, tracks, cameras: early ?? openCameras() });
  } catch (error) {
    await early?.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

interface WorkflowParts {
  prepared: PreparedPipeline;
  config: Config;
  around: PipelineSurroundings;
  tracks: OpenTracks;
  credits: number;
}

function workflowSettings({ prepared, config, around, tracks, credits }: WorkflowParts) {
  const { id, plugins, config: own } = prepared;
  const { arena, models, report } = around;
  return {
    models,
    arena: arena.memory,
    plugins,
    ...(config.state_dir === undefined ? {} : { stateDirectory: join(config.state_dir, "blocks", id) }),
    disableSinks: own.disable_sinks,
    keepState: keepSettings(own.keep_state),
    files: filesOf(process.env, config.block_files),
    languageCallsPerMinute: config.language_calls_per_minute,
    ...(around.pauses === undefined ? {} : { pauses: around.pauses }),
    pipeline: id,
    report: (event: CodeEvent) => report({ ...event, pipeline: id }),
    pictured: (word: PictureWord) => around.pictured(id, word),
    concurrency: credits,
    timeoutMs: own.timeout_ms,
    threadDied(why: string, batches: number) {
      // Batches that fail with it report it themselves.
      if (batches === 0) report({ type: "thread_died", pipeline: id, message: why });
      for (const message of tracks.endAll()) around.publish(message);
    },
  };
}

function keepSettings(keep: PreparedPipeline["config"]["keep_state"]) {
  if (keep === false) return null;
  const { interval_s: seconds, max_bytes: maxBytes } = keep;
  return { everyMs: seconds * 1000, maxBytes, version: VERSION };
}

interface RunningParts {
  prepared: PreparedPipeline;
  around: PipelineSurroundings;
  workflow: Workflow;
  /** Those whose end is still to be published. */
  tracks: OpenTracks;
  cameras: PipelineCameras;
}

/** A pipeline with its cameras, which takes other definitions and other cameras while it runs. */
export class RunningPipeline {
  readonly workflow: Workflow;
  readonly pipeline: Pipeline;
  readonly #id: string;
  readonly #around: PipelineSurroundings;
  readonly #cameras: PipelineCameras;
  readonly #tracks: OpenTracks;

  constructor({ prepared: { id }, around, workflow, tracks, cameras }: RunningParts) {
    const { ledger, viewers, report, onResult } = around;
    this.workflow = workflow;
    this.#id = id;
    this.#around = around;
    this.#tracks = tracks;
    this.#cameras = cameras;
    const silence = watchSilence({
      cameras: () => tracks.cameras,
      isBusy: (camera) => ledger.inFlight(camera) > 0,
      silent: (camera, clockS) => this.#endTracksOf(camera, clockS),
    });
    this.pipeline = openPipeline({
      ...{ id, intake: cameras.intake, workflow, ledger, viewers, report },
      onResult(frame, result) {
        silence.seen(frame);
        return onResult(frame, result);
      },
      publish: (message) => this.#publish([message]),
      stateLost: () => {
        for (const message of tracks.endAll()) around.publish(message);
      },
    });
    this.pipeline.finished.then(silence.close, silence.close);
  }

  /** Of a camera that gives no frames. */
  async #endTracksOf(camera: string, clockS: number): Promise<void> {
    const reason = this.#cameras.hasEnded(camera) ? "camera_ended" : "camera_lost";
    this.#publish(await this.workflow.silence(camera, clockS, reason).catch(() => []));
  }

  /** Switches to another definition; cameras are reopened only if it needs other renditions. */
  async swap(next: PreparedPipeline, config: Config): Promise<void> {
    const definition = definitionOf(next, config, this.#around);
    const wanted = deliveredFor(next, this.#around.models);
    if (!this.#cameras.deliver(wanted)) return this.#swapWithCameras(definition, { wanted, config });
    this.#publish(await this.workflow.swap(definition));
  }

  /** Opens a definition for a moment, beside the one that runs; throws what that fails of. */
  tryOut(next: PreparedPipeline, config: Config): Promise<void> {
    return this.workflow.tryOut(definitionOf(next, config, this.#around));
  }

  /** Stops cameras: those that leave are forgotten, those that are to be reopened are not. */
  stopCameras(stopping: Record<"leaving" | "reopening", readonly string[]>): Promise<void> {
    return this.#cameras.stop(stopping, async (camera) => {
      this.#publish(await this.workflow.forget(camera).catch(() => []));
    });
  }

  startCameras(cameras: readonly string[], config: Config): Promise<void> {
    return this.#cameras.start(cameras, config);
  }

  /** Pauses and resumes cameras as the machine has it. */
  async shed(config: Config): Promise<void> {
    const changed = this.#cameras.outOfStep;
    if (changed.length === 0) return;
    await this.stopCameras({ leaving: [], reopening: changed });
    await this.startCameras(changed, config);
  }

  /** Frames of the old sizes end on the old plan. Cameras come back whatever becomes of the new one. */
  async #swapWithCameras(
    definition: WorkerDefinition,
    { wanted, config }: { wanted: readonly RenditionRequest[]; config: Config },
  ): Promise<void> {
    await this.workflow.tryOut(definition);
    const cameras = [...this.#cameras.names];
    this.#around.report({ type: "cameras_reopened", pipeline: this.#id, cameras });
    let refusal: unknown = null;
    const change = async () => {
      try {
        this.#publish(await this.workflow.swap(definition));
        return wanted;
      } catch (error) {
        refusal = error;
        return null;
      }
    };
    await this.#cameras.reopen(change, config);
    if (refusal !== null) throw refusal;
  }

  #publish(messages: readonly Message[]): void {
    for (const message of messages) {
      this.#tracks.observe(message);
      this.#around.publish(message);
    }
  }
}

/** What cameras deliver: the luminance as well, where models read whole pictures. */
function deliveredFor({ plan, config }: PreparedPipeline, models: ModelStore): RenditionRequest[] {
  const looks = plan.pixels.some((needs) => needs.models.length > 0);
  return [...renditionsOf(plan, config.parameters, models, hasSnapshots(config)), ...(looks ? [LUMINANCE] : [])];
}

function definitionOf(prepared: PreparedPipeline, config: Config, around: PipelineSurroundings): WorkerDefinition {
  if (prepared.lacking !== null) throw new MillraceError(ZONE_LOST, prepared.lacking);
  const { plan, picture, zones, config: pipeline } = prepared;
  return {
    plan,
    parameters: pipeline.parameters,
    zones,
    onError: pipeline.on_error === "drop" ? "throw" : "isolate",
    writer: {
      publish: publishSettings(prepared, config, around),
      outputs: around.results !== undefined,
      picture,
      ...around.results,
    },
  };
}

function hasSnapshots({ publish: { snapshots } }: PreparedPipeline["config"]): boolean {
  return snapshots.mqtt || snapshots.disk;
}

/** An address stays, a topic has the last picture of any event. */
function picturesOf({ snapshots }: PreparedPipeline["config"]["publish"]): PublishSettings["pictures"] {
  const { mqtt, disk, crop, margin, max_width: maxWidth, max_kb: maxKb, quality } = snapshots;
  if (!mqtt && !disk) return null;
  const rules = { crop, margin, jpeg: { quality, maxWidth, maxBytes: maxKb * 1024 } };
  return { rules, reference: disk ? "address" : "topic" };
}

const NOTHING_ELSE = { frames: false, counts: false, values: false, outputs: "none" } as const;

function publishSettings(
  { id, revision, config: { publish }, detections }: PreparedPipeline,
  { device, mqtt }: Config,
  { hasReaders, boot, sequence }: PipelineSurroundings,
) {
  const { events, tracks } = publish;
  const { frames, counts, values, outputs } = hasReaders ? publish : NOTHING_ELSE;
  const rules = {
    confirmFrames: tracks.confirm_frames,
    confirmScore: tracks.confirm_score,
    updateEveryS: tracks.update_every_s,
    lostAfterS: tracks.lost_after_s,
    maxOpen: tracks.max_open,
  };
  const prefix = mqtt?.prefix ?? "millrace";
  const workflow = { id, revision };
  return {
    prefix,
    device,
    boot,
    sequence: sequence.memory,
    workflow,
    detections,
    frames,
    events,
    tracks: rules,
    counts,
    values,
    outputs,
    pictures: picturesOf(publish),
  };
}
