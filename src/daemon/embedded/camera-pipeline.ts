import { MillraceError, messageOf } from "../../base/errors.ts";
import type { FrameHandle } from "../../kinds/frame.ts";
import { openSequence } from "../../publish/messages/sequence.ts";
import { createArena } from "../../stream/frames/arena.ts";
import { createLedger, type FrameCounts } from "../../stream/ledger.ts";
import { Streams } from "../../stream/streams.ts";
import { openCommandModels } from "../commands/one-workflow.ts";
import { configuredFfmpeg } from "../config/configured-ffmpeg.ts";
import type { PreprocessingSettings } from "../config/schema/model-schema.ts";
import { openRunningPipeline } from "../pipeline/running-pipeline.ts";
import { NO_JOURNAL } from "../pipeline/track-journal.ts";
import type { DaemonEvent } from "../report/events.ts";
import type { FrameResult } from "../worker/result-writer.ts";
import { errorOf } from "./event-error.ts";
import { CAMERA, preparedSettings } from "./pipeline-settings.ts";

/** How to open a camera or file whose address alone does not say it. */
export interface CameraOptions {
  /** `rtsp://…`, `http://…` (MJPEG), `/dev/video0` or the path of a video file; user name and password may be in it. */
  url: string;
  /** User name at the camera, instead of one in the address. */
  username?: string;
  /** Password at the camera. */
  password?: string;
  /** Transport of RTSP; `tcp` by default. */
  transport?: "tcp" | "udp";
  /** Files: as fast as frames are processed (`fast`, the default), or as a camera would send them. */
  pace?: "fast" | "realtime";
  /** Files: restart at the end; false by default. */
  loop?: boolean;
  /** Whether the certificate of an rtsps or https camera must be valid; true by default. */
  verify?: boolean;
  /** PEM file with the authority of that certificate. */
  caFile?: string;
  /** ffmpeg options before the input, such as a hardware decoder. */
  inputArguments?: readonly string[];
  /** Milliseconds that the first frame may take; 10,000 by default. */
  connectTimeoutMs?: number;
  /** Milliseconds without a frame after which the camera is reopened; 10,000 by default. */
  stallTimeoutMs?: number;
}

/** A model file, and what the file itself does not tell. */
export interface ModelOptions {
  /** Path of an ONNX file, or of a folder with one. */
  path: string;
  /** Layout of its outputs, such as `yolov8`; recognised by default. */
  family?: string;
  /** Names of its classes, or the path of a file with one on each line. */
  classes?: string | readonly string[];
  /** Size of its input in pixels, where the file leaves that open. */
  width?: number;
  /** Height of its input in pixels, where the file leaves it open. */
  height?: number;
  /** How pictures become its input, where the family's own way is not that of the file. */
  preprocessing?: PreprocessingSettings;
  /** Options of the family, which `millrace models inspect` lists. */
  options?: Readonly<Record<string, unknown>>;
}

/** What `openPipeline` runs; `camera`, `workflow` and `onResult` are needed. */
export interface CameraPipelineSettings {
  /** Address of a camera (`rtsp://…`, `http://…`), a device (`/dev/video0`), the path of a video file, or one of these with options. */
  camera: string | CameraOptions;
  /** Path of a definition, or the parsed JSON of one. */
  workflow: string | object;
  /** ONNX files by the `model_id` of the definition. */
  models?: Readonly<Record<string, string | ModelOptions>>;
  /** Values for the definition's parameters. */
  parameters?: Readonly<Record<string, unknown>>;
  /** Plugins: names of npm packages, or paths of their folders or main modules; beside those of `WORKFLOWS_PLUGINS`. */
  plugins?: readonly string[];
  /** Frames a second at most; those beyond are left out by the decoder. */
  maxFps?: number;
  /** Whether outputs with pictures are encoded (base64 JPEG); true by default. Without it their `value` is null, and nothing is encoded. */
  pictures?: boolean;
  /**
   * Gets every result, in the order of the frames. The next one waits for its promise: meanwhile a live camera drops frames
   * for newer ones, and a file is not read on.
   */
  onResult: (result: CameraResult) => void | Promise<void>;
  /**
   * Gets what goes wrong while the pipeline runs: failed steps, a camera that is away (and tried again), errors of `onResult`.
   * Without it the first of each kind is a warning of the process.
   */
  onError?: (error: MillraceError) => void;
}

/** What the workflow gave for one frame. */
export interface CameraResult {
  /** Number of the frame, from 0, over reconnections; numbers that are missing are frames that were dropped. */
  frame: number;
  /** Seconds in the stream; null where it has no stamps. */
  pts: number | null;
  /** When the frame was taken, as far as is known: by the camera's clock, on arrival, or by its place in a file. */
  timestamp: Date;
  /** Size in pixels of the camera's picture; coordinates in the outputs are in these. */
  width: number;
  /** Height in pixels of that picture. */
  height: number;
  /** Outputs of the definition by name, as JSON in the reference's form. Of failed steps they are null. */
  outputs: Readonly<Record<string, unknown>>;
  /** Steps that failed on this frame. */
  failures: readonly { step: string; code: string; message: string }[];
  /** Milliseconds: waiting for the workflow, in models, in the workflow in all (models included). */
  timing: { queueMs: number; inferMs: number; workflowMs: number };
}

/** A running pipeline of one camera. `await using` closes it at the end of its block. */
export interface CameraPipeline extends AsyncDisposable {
  /** Resolves when a file has ended or the pipeline was closed, and everything is released; rejects with what ended it. */
  readonly finished: Promise<void>;
  /** Frames so far: decoded = published (given to `onResult`) + dropped for each reason + in flight. */
  counts(): FrameCounts;
  /** Stops the camera, waits at most `deadlineMs` (5,000 by default) for frames in flight, ends the threads. May be called again. */
  close(deadlineMs?: number): Promise<void>;
}

/** Runs a workflow on a camera, with the parts that the daemon runs it with; throws a `ConfigError` with every fault of the settings. */
export async function openCameraPipeline(settings: CameraPipelineSettings): Promise<CameraPipeline> {
  const { config, prepared } = await preparedSettings(settings);
  const [pipeline] = prepared.pipelines;
  if (pipeline === undefined) throw new MillraceError("PIPELINE_SETTINGS", "the settings have no pipeline");
  const arena = createArena({ sizeBytes: config.frame_memory_mb * 2 ** 20, configKey: "frame_memory_mb" });
  const models = openCommandModels(arena.memory, prepared.models);
  const ledger = createLedger();
  const tell = teller(settings);
  let fatal: MillraceError | null = null;
  const report = (event: DaemonEvent) => {
    const error = errorOf(event);
    if (error === null) return;
    if (event.type === "source_failed" && event.nextRetryMs === null) fatal = error;
    tell(error);
  };
  const running = await openRunningPipeline(
    pipeline,
    config,
    {
      ...{ arena, models, ledger, report, ffmpeg: await configuredFfmpeg(config) },
      ...{ sequence: openSequence(), boot: "", journal: NO_JOURNAL, publish() {}, hasReaders: false },
      streams: new Streams(),
      shedding: { share: () => 1, admits: () => true },
      results: { withoutPictures: settings.pictures === false },
      viewers: { wanting: () => [] },
      cameraStarting() {},
      pictured() {},
      isAwaited: () => false,
      async onResult(frame, result) {
        try {
          await settings.onResult(resultOf(frame, result));
        } catch (cause) {
          tell(new MillraceError("PIPELINE_CALLBACK", `onResult failed: ${messageOf(cause)}`, {}, { cause }));
        }
      },
    },
    { signal: new AbortController().signal, areCamerasEarly: true },
  ).catch(async (error: unknown) => {
    await models.close();
    throw error;
  });
  let releasing: Promise<void> | null = null;
  const release = (deadlineMs: number) => {
    releasing ??= running.pipeline.close(deadlineMs).finally(() => models.close());
    return releasing;
  };
  const finished = running.pipeline.finished.then(async () => {
    await release(CLOSE_MS);
    if (fatal !== null) throw fatal;
  });
  // `onError` has it as well.
  finished.catch(() => {});
  const close = (deadlineMs = CLOSE_MS) => release(deadlineMs);
  const counts = () => ledger.snapshot()[CAMERA] ?? NO_FRAMES;
  return { finished, counts, close, [Symbol.asyncDispose]: () => close() };
}

const CLOSE_MS = 5000;
const NO_FRAMES: FrameCounts = { decoded: 0, published: 0, dropped: {}, inFlight: 0 };

function resultOf(frame: FrameHandle, { outputs, faults, timing }: FrameResult): CameraResult {
  return {
    frame: frame.sequence - 1,
    pts: frame.pts,
    timestamp: new Date(frame.timestamp),
    width: frame.width,
    height: frame.height,
    outputs: outputs ?? {},
    failures: faults.map(({ step, code, message }) => ({ step, code, message })),
    timing: { queueMs: timing.queueMs, inferMs: timing.inferMs, workflowMs: timing.workflowMs },
  };
}

/** To `onError`, or else once for each kind as a warning; what `onError` throws is a warning too. */
function teller({ onError }: CameraPipelineSettings): (error: MillraceError) => void {
  const warned = new Set<string>();
  const warn = ({ code, message, details }: MillraceError) => {
    const kind = `${code} ${String(details["step"] ?? "")}`;
    if (warned.has(kind)) return;
    warned.add(kind);
    process.emitWarning(message, { type: "MillraceWarning", code });
  };
  return (error) => {
    if (onError === undefined) return warn(error);
    try {
      onError(error);
    } catch (cause) {
      warn(new MillraceError("PIPELINE_CALLBACK", `onError failed: ${messageOf(cause)}`, {}, { cause }));
    }
  };
}
