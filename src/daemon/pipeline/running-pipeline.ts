import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ConfigError, MillraceError } from "../../base/errors.ts";
import { type FrameHandle, LUMINANCE, type RenditionRequest, renditionKey } from "../../kinds/frame.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { Sequence } from "../../publish/messages/sequence.ts";
import type { Arena } from "../../stream/arena.ts";
import { type Intake, openIntake } from "../../stream/batch.ts";
import { type Camera, openCamera } from "../../stream/camera.ts";
import type { FfmpegBinary } from "../../stream/ffmpeg-binary.ts";
import type { Ledger } from "../../stream/ledger.ts";
import type { PacketRing } from "../../stream/packets/packet-ring.ts";
import { cameraSettings } from "../config/camera-settings.ts";
import type { CameraConfig, Config } from "../config/schema/config-schema.ts";
import type { LoadShedding } from "../host/load-shedding.ts";
import type { ModelStore } from "../models/models.ts";
import type { PreparedPipeline } from "../prepare/prepare.ts";
import { type Report, ZONE_LOST } from "../report/events.ts";
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
import type { TrackJournal } from "./track-journal.ts";
import { watchSilence } from "./watch-silence.ts";

/** What all pipelines of a daemon share. */
export interface PipelineSurroundings {
  arena: Arena;
  ffmpeg: FfmpegBinary;
  models: ModelStore;
  ledger: Ledger;
  sequence: Sequence;
  boot: string;
  /** Remembers the open tracks of all pipelines. */
  journal: TrackJournal;
  viewers: Viewers;
  /** Which frames are given up, and which cameras are paused. */
  shedding: Pick<LoadShedding, "share" | "admits">;
  report: Report;
  publish: (message: Message) => void;
  /** Pictures of events, of a pipeline. */
  pictured: (pipeline: string, word: PictureWord) => void;
  /** False where events alone are wanted, which the page shows. */
  hasReaders: boolean;
  /** Where a camera that is opened keeps its packets for clips; nothing without them. */
  packetsOf?: (camera: string, entry: CameraConfig) => PacketRing | undefined;
  cameraStarting: (camera: string) => void;
  /** Where pauses of workflow threads for the garbage collector are counted. */
  pauses?: SharedArrayBuffer;
  /** Outputs of every frame come with its result, with pictures or without; they do not by default. */
  results?: { withoutPictures: boolean };
  /** The next result waits for it. */
  onResult: (frame: FrameHandle, result: FrameResult) => void | Promise<void>;
  /** Something of the config does not run yet and is tried again. */
  isAwaited: () => boolean;
}

/** Longest wait for frames of a camera that is stopped. */
const CAMERA_STOP_MS = 5000;

/** Opens the workflow of a pipeline, then its cameras, unless the signal ends that. */
export async function openRunningPipeline(
  prepared: PreparedPipeline,
  config: Config,
  around: PipelineSurroundings,
  signal: AbortSignal,
): Promise<RunningPipeline> {
  const { id, plugins, config: own } = prepared;
  const { arena, models, report } = around;
  const sessions = config.inference.sessions ?? availableParallelism();
  const crew = { sessions, cameras: own.cameras.length, batchSize: own.batch_size };
  const credits = own.concurrency ?? batchesUnderWay(crew);
  const tracks = new OpenTracks(around.sequence, around.journal);
  const workflow = await openWorkflow({
    ...definitionOf(prepared, config, around),
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
    report: (event) => report({ ...event, pipeline: id }),
    pictured: (word) => around.pictured(id, word),
    concurrency: credits,
    timeoutMs: own.timeout_ms,
    signal,
    threadDied(why, batches) {
      // Batches that fail with it report it themselves.
      if (batches === 0) report({ type: "thread_died", pipeline: id, message: why });
      for (const message of tracks.endAll()) around.publish(message);
    },
  });
  return new RunningPipeline({ prepared, config, around, workflow, tracks, credits });
}

function keepSettings(keep: PreparedPipeline["config"]["keep_state"]) {
  if (keep === false) return null;
  const { interval_s: seconds, max_bytes: maxBytes } = keep;
  return { everyMs: seconds * 1000, maxBytes, version: VERSION };
}

interface RunningParts {
  prepared: PreparedPipeline;
  config: Config;
  around: PipelineSurroundings;
  workflow: Workflow;
  /** Those whose end is still to be published. */
  tracks: OpenTracks;
  /** Most batches in flight. */
  credits: number;
}

/** A pipeline with its cameras, which takes other definitions and other cameras while it runs. */
export class RunningPipeline {
  readonly workflow: Workflow;
  readonly pipeline: Pipeline;
  readonly #id: string;
  readonly #around: PipelineSurroundings;
  readonly #credits: number;
  readonly #intake: Intake;
  readonly #tracks: OpenTracks;
  #cameras: readonly string[];
  /** Those of its cameras that are switched off. */
  readonly #off = new Set<string>();
  /** Those that are paused because the machine has too little. */
  readonly #paused = new Set<string>();
  readonly #opened = new Map<string, Camera>();
  /** What its cameras deliver. */
  #renditions: readonly RenditionRequest[];

  constructor({ prepared, config, around, workflow, tracks, credits }: RunningParts) {
    const { id, config: own } = prepared;
    const { ledger, viewers, report, onResult } = around;
    this.workflow = workflow;
    this.#id = id;
    this.#around = around;
    this.#credits = credits;
    this.#tracks = tracks;
    this.#renditions = deliveredFor(prepared, around.models);
    this.#cameras = [...own.cameras];
    const cameras = this.#openAll(own.cameras, config);
    const batches = { batchSize: own.batch_size, batchWaitMs: own.batch_wait_ms, credits };
    this.#intake = openIntake({
      ...{ cameras, ledger, ...batches },
      keepOpen: () => this.#off.size + this.#paused.size > 0,
      admits: (frame) => around.shedding.admits(frame),
    });
    const silence = watchSilence({
      cameras: () => tracks.cameras,
      isBusy: (camera) => ledger.inFlight(camera) > 0,
      silent: (camera, clockS) => this.#endTracksOf(camera, clockS),
    });
    this.pipeline = openPipeline({
      ...{ id, intake: this.#intake, workflow, ledger, viewers, report },
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
    const reason = this.#opened.get(camera)?.statistics().state === "ended" ? "camera_ended" : "camera_lost";
    this.#publish(await this.workflow.silence(camera, clockS, reason).catch(() => []));
  }

  /** Switches to another definition; cameras are reopened only if it needs other renditions. */
  async swap(next: PreparedPipeline, config: Config): Promise<void> {
    const definition = definitionOf(next, config, this.#around);
    const wanted = deliveredFor(next, this.#around.models);
    const delivered = new Set(this.#renditions.map(renditionKey));
    if (!wanted.every((rendition) => delivered.has(renditionKey(rendition)))) {
      return this.#swapWithCameras(definition, { wanted, config });
    }
    this.#publish(await this.workflow.swap(definition));
  }

  /** Opens a definition for a moment, beside the one that runs; throws what that fails of. */
  tryOut(next: PreparedPipeline, config: Config): Promise<void> {
    return this.workflow.tryOut(definitionOf(next, config, this.#around));
  }

  /** Stops cameras: those that leave are forgotten, those that are to be reopened are not. */
  async stopCameras({
    leaving,
    reopening,
  }: {
    leaving: readonly string[];
    reopening: readonly string[];
  }): Promise<void> {
    const stopping = [...leaving, ...reopening];
    this.#cameras = this.#cameras.filter((name) => !stopping.includes(name));
    for (const camera of leaving) {
      this.#off.delete(camera);
      this.#paused.delete(camera);
    }
    const forget = async () => {
      for (const camera of leaving) this.#publish(await this.workflow.forget(camera).catch(() => []));
      return [];
    };
    await this.#intake.replace(stopping, forget, CAMERA_STOP_MS);
  }

  async startCameras(cameras: readonly string[], config: Config): Promise<void> {
    this.#cameras = [...this.#cameras, ...cameras];
    await this.#intake.replace([], async () => this.#openAll(cameras, config), CAMERA_STOP_MS);
  }

  /** Pauses and resumes cameras as the machine has it. */
  async shed(config: Config): Promise<void> {
    const isPaused = (camera: string) => this.#around.shedding.share(camera) === 0;
    const changed = this.#cameras.filter(
      (camera) => !this.#off.has(camera) && this.#paused.has(camera) !== isPaused(camera),
    );
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
    const cameras = [...this.#cameras];
    this.#around.report({ type: "cameras_reopened", pipeline: this.#id, cameras });
    let refusal: unknown = null;
    const change = async () => {
      try {
        this.#publish(await this.workflow.swap(definition));
        this.#renditions = wanted;
      } catch (error) {
        refusal = error;
      }
      return this.#openAll(cameras, config);
    };
    await this.#intake.replace(cameras, change, CAMERA_STOP_MS);
    if (refusal !== null) throw refusal;
  }

  #openAll(cameras: readonly string[], config: Config): Camera[] {
    return cameras.map((camera) => this.#open(camera, config)).filter((opened) => opened !== null);
  }

  /** Null for one that is switched off or paused. */
  #open(camera: string, { cameras }: Config): Camera | null {
    const { ffmpeg, arena, ledger, report } = this.#around;
    const entry = cameras[camera];
    if (entry === undefined) throw new ConfigError("CONFIG", []);
    this.#off.delete(camera);
    this.#paused.delete(camera);
    if (!entry.enabled) {
      this.#off.add(camera);
      report({ type: "camera_disabled", camera });
      return null;
    }
    if (this.#around.shedding.share(camera) === 0) {
      this.#paused.add(camera);
      return null;
    }
    this.#around.cameraStarting(camera);
    const settings = cameraSettings(camera, entry, this.#credits + 3);
    const renditions = this.#renditions.filter((request) => request !== LUMINANCE || settings.reuse !== undefined);
    const packets = this.#around.packetsOf?.(camera, entry);
    const opened = openCamera(settings, { ffmpeg, arena, renditions, ledger, report, packets });
    this.#opened.set(camera, opened);
    return opened;
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
