import { ConfigError } from "../../base/errors.ts";
import { type FrameHandle, FULL_RGB, LUMINANCE, type RenditionRequest, renditionKey } from "../../kinds/frame.ts";
import { type Intake, openIntake } from "../../stream/batch.ts";
import { type Camera, type CameraSettings, openCamera } from "../../stream/camera.ts";
import type { FfmpegBinary } from "../../stream/ffmpeg/ffmpeg-binary.ts";
import type { Arena } from "../../stream/frames/arena.ts";
import type { Ledger } from "../../stream/ledger.ts";
import type { PacketRing } from "../../stream/packets/packet-ring.ts";
import type { Streams } from "../../stream/streams.ts";
import { cameraSettings } from "../config/camera-settings.ts";
import type { CameraConfig, Config, PipelineConfig } from "../config/schema/config-schema.ts";
import type { LoadShedding } from "../host/load-shedding.ts";
import type { Report } from "../report/events.ts";

/** What all cameras of a daemon share. */
export interface CameraSurroundings {
  arena: Arena;
  ffmpeg: FfmpegBinary;
  ledger: Ledger;
  /** Open now; cameras of several pipelines may view one of them. */
  streams: Streams;
  /** Which frames are given up, and which cameras are paused. */
  shedding: Pick<LoadShedding, "share" | "admits">;
  report: Report;
  /** Where a camera that is opened keeps its packets for clips; nothing without them. */
  packetsOf?: (camera: string, entry: CameraConfig) => PacketRing | undefined;
  cameraStarting: (camera: string) => void;
}

export interface PipelineCamerasSettings {
  pipeline: PipelineConfig;
  config: Config;
  around: CameraSurroundings;
  /** What they deliver. */
  renditions: readonly RenditionRequest[];
  /** Most batches in flight. */
  credits: number;
}

/** Longest wait for frames of a camera that is stopped. */
const CAMERA_STOP_MS = 5000;

/** The cameras of a pipeline, which come, go and pause. Frames wait in the intake until something takes its batches. */
export class PipelineCameras {
  readonly intake: Intake;
  readonly #around: CameraSurroundings;
  readonly #credits: number;
  #names: readonly string[];
  /** Those that are switched off. */
  readonly #off = new Set<string>();
  /** Those that are paused because the machine has too little. */
  readonly #paused = new Set<string>();
  readonly #opened = new Map<string, Camera>();
  #renditions: readonly RenditionRequest[];
  #closing: Promise<void> | null = null;

  constructor({ pipeline, config, around, renditions, credits }: PipelineCamerasSettings) {
    this.#around = around;
    this.#credits = credits;
    this.#renditions = renditions;
    this.#names = [...pipeline.cameras];
    const cameras = this.#openAll(pipeline.cameras, config);
    const batches = { batchSize: pipeline.batch_size, batchWaitMs: pipeline.batch_wait_ms, credits };
    this.intake = openIntake({
      ...{ cameras, ledger: around.ledger, ...batches },
      keepOpen: () => this.#off.size + this.#paused.size > 0,
      admits: (frame: FrameHandle) => around.shedding.admits(frame),
    });
  }

  get names(): readonly string[] {
    return this.#names;
  }

  hasEnded(camera: string): boolean {
    return this.#opened.get(camera)?.statistics().state === "ended";
  }

  /** Whether they deliver all of these. */
  deliver(wanted: readonly RenditionRequest[]): boolean {
    const delivered = new Set(this.#renditions.map(renditionKey));
    return wanted.every((rendition) => delivered.has(renditionKey(rendition)));
  }

  /** Stops cameras: those that leave are forgotten, those that are to be reopened are not. */
  async stop(
    { leaving, reopening }: Record<"leaving" | "reopening", readonly string[]>,
    forget: (camera: string) => Promise<void>,
  ): Promise<void> {
    const stopping = [...leaving, ...reopening];
    this.#names = this.#names.filter((name) => !stopping.includes(name));
    for (const camera of leaving) {
      this.#off.delete(camera);
      this.#paused.delete(camera);
    }
    const forgetAll = async () => {
      for (const camera of leaving) await forget(camera);
      return [];
    };
    await this.intake.replace(stopping, forgetAll, CAMERA_STOP_MS);
  }

  async start(cameras: readonly string[], config: Config): Promise<void> {
    this.#names = [...this.#names, ...cameras];
    await this.intake.replace([], async () => this.#openAll(cameras, config), CAMERA_STOP_MS);
  }

  /** Those that are to be paused, or not any more, as the machine has it. */
  get outOfStep(): string[] {
    const isPaused = (camera: string) => this.#around.shedding.share(camera) === 0;
    return this.#names.filter((camera) => !this.#off.has(camera) && this.#paused.has(camera) !== isPaused(camera));
  }

  /** Opens all of them again when `change` is done, which says what they deliver then; null for what they did before. */
  async reopen(change: () => Promise<readonly RenditionRequest[] | null>, config: Config): Promise<void> {
    const names = [...this.#names];
    const reopen = async () => {
      this.#renditions = (await change()) ?? this.#renditions;
      return this.#openAll(names, config);
    };
    await this.intake.replace(names, reopen, CAMERA_STOP_MS);
  }

  /** For those that no pipeline came to use; frames that wait are dropped. */
  close(): Promise<void> {
    this.#closing ??= this.intake.close(0);
    return this.#closing;
  }

  #openAll(cameras: readonly string[], config: Config): Camera[] {
    return cameras.map((camera) => this.#open(camera, config)).filter((opened) => opened !== null);
  }

  /** Null for one that is switched off or paused. */
  #open(camera: string, { cameras }: Config): Camera | null {
    const { ffmpeg, arena, ledger, streams, report } = this.#around;
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
    const renditions = renditionsFor(settings, this.#renditions);
    const packets = this.#around.packetsOf?.(camera, entry);
    const opened = openCamera(settings, { ffmpeg, arena, streams, renditions, ledger, report, packets });
    this.#opened.set(camera, opened);
    return opened;
  }
}

/** What one of them delivers of it: the luminance where it is looked at, and the full picture where models look at parts of it. */
function renditionsFor(
  { reuse, regions }: CameraSettings,
  delivered: readonly RenditionRequest[],
): readonly RenditionRequest[] {
  if (!delivered.includes(LUMINANCE)) return delivered;
  if (regions !== undefined) return [...delivered, FULL_RGB];
  return reuse === undefined ? delivered.filter((request) => request !== LUMINANCE) : delivered;
}
