import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, constants, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { finished as streamFinished } from "node:stream/promises";
import { ConfigError, MillraceError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { FrameHandle } from "../../kinds/frame.ts";
import { openIntake } from "../../stream/batch.ts";
import { openCamera } from "../../stream/camera.ts";
import { findFfmpeg } from "../../stream/ffmpeg/ffmpeg-binary.ts";
import { videoFrames } from "../../stream/ffmpeg/video-length.ts";
import { createArena } from "../../stream/frames/arena.ts";
import { createLedger } from "../../stream/ledger.ts";
import { openPipeline } from "../pipeline/pipeline.ts";
import type { DaemonEvent } from "../report/events.ts";
import { type FailureCounts, StepFailures } from "../report/step-failures.ts";
import { FILE_FORM, type Wanted } from "../worker/picture-wish.ts";
import type { FrameResult } from "../worker/result-writer.ts";
import { openWorkflow, renditionsOf } from "../worker/workflow.ts";
import { type AnnotatedVideo, openAnnotated } from "./annotated-video.ts";
import { imageInput, loadWorkflow, openCommandModels, type WorkflowArguments } from "./one-workflow.ts";

export interface ProcessSettings extends WorkflowArguments {
  video: string;
  imageInput?: string;
  out?: string;
  summary?: string;
  maxFrames?: number;
  /** Videos of outputs with pictures. */
  annotated?: readonly AnnotatedVideo[];
  ffmpegPath?: string;
  /** Pictures among the results are null. */
  withoutPictures?: boolean;
  onProgress: (frames: number) => void;
  /** Called once, before the first frame, when the file tells its length. */
  onLength?: (frames: number) => void;
  report: (event: DaemonEvent) => void;
}

/** What processing a file took; times are milliseconds for a frame on average. */
export interface ProcessSummary {
  frames: number;
  seconds: number;
  fps: number;
  faults: number;
  /** Frames on which a step failed. */
  failed_frames: number;
  /** What ffmpeg says of a file that lacks parts. */
  damage?: string;
  /** The same by step and code. */
  failures: FailureCounts;
  stages_ms: { queue: number; infer: number; workflow: number };
}

const CONCURRENCY = 4;
const ARENA_BYTES = 2 ** 30;

/** Every frame of a file through a workflow, in order, none dropped. */
export async function processVideo(settings: ProcessSettings): Promise<ProcessSummary> {
  const { plan, plugins, descriptions } = await loadWorkflow(settings);
  imageInput(plan, settings.imageInput);
  await mustExist(settings.video);
  await mustBeWritable(settings);
  const { annotated = [] } = settings;
  mustBePictures(annotated, plan.outputs);
  const ffmpeg = await findFfmpeg(settings.ffmpegPath);
  const arena = createArena({ sizeBytes: ARENA_BYTES, configKey: "frame_memory_mb" });
  const models = openCommandModels(arena.memory, descriptions);
  const ledger = createLedger();
  const { parameters } = settings;
  let failure: MillraceError | null = null;
  let damage: string | undefined;
  // What ends the work is thrown at its end, once.
  const report = (event: DaemonEvent) => {
    if (event.type === "source_damaged") damage ??= event.line;
    else if (event.type === "source_failed") failure ??= unreadable(settings.video, event.message);
    else if (event.type === "pipeline_failed") failure ??= new MillraceError(event.code, event.message);
    else settings.report(event);
  };
  const workflow = await openWorkflow({
    plan,
    models,
    arena: arena.memory,
    plugins,
    parameters,
    report: (event) => report({ ...event, pipeline: "process" }),
    onError: "isolate",
    concurrency: CONCURRENCY,
    disableSinks: settings.disableSinks ?? false,
    timeoutMs: 300_000,
    writer: {
      publish: null,
      outputs: settings.out !== undefined,
      picture: null,
      withoutPictures: settings.withoutPictures === true,
    },
  });
  const camera = openCamera(
    {
      id: "video",
      url: settings.video,
      transport: "tcp",
      pace: "fast",
      loop: false,
      connectTimeoutMs: 60_000,
      stallTimeoutMs: 300_000,
      slots: CONCURRENCY + 3,
      delivery: "all",
    },
    { ffmpeg, arena, renditions: renditionsOf(plan, parameters, models), ledger, report },
  );
  if (settings.onLength !== undefined) {
    const length = await videoFrames(ffmpeg.path, settings.video);
    if (length !== null) settings.onLength(Math.min(length, settings.maxFrames ?? length));
  }
  const record = await openRecord(settings, ffmpeg.path);
  const startedAt = performance.now();
  const intake = openIntake({ cameras: [camera], ledger, batchSize: 1, batchWaitMs: 0, credits: CONCURRENCY });
  const pipeline = openPipeline({
    id: "process",
    intake,
    workflow,
    ledger,
    viewers: { wanting: (frames) => frames.flatMap(({ camera }) => wishesFor(camera, annotated)) },
    publish: () => {},
    report,
    async onResult(frame, result) {
      if (record.frames >= (settings.maxFrames ?? Number.POSITIVE_INFINITY)) return;
      await record.write(frame, result);
      settings.onProgress(record.frames);
      if (record.frames === settings.maxFrames) void intake.close(1000);
    },
  });
  await pipeline.finished;
  const sums = record.summary((performance.now() - startedAt) / 1000);
  const summary = damage === undefined ? sums : { ...sums, damage };
  await pipeline.close(2000);
  await models.close();
  await record.close();
  if (failure !== null) throw failure;
  if (settings.summary !== undefined) await writeFile(settings.summary, `${JSON.stringify(summary)}\n`);
  return summary;
}

/** All of every frame; they come with its result. */
function wishesFor(camera: string, annotated: readonly AnnotatedVideo[]): Wanted[] {
  return annotated.map(({ output }) => ({ wish: { camera, output, form: FILE_FORM }, take() {} }));
}

interface Record {
  readonly frames: number;
  write(frame: FrameHandle, result: FrameResult): Promise<void>;
  summary(seconds: number): ProcessSummary;
  close(): Promise<void>;
}

/** Where results go: the JSON lines, the annotated video, the sums. */
async function openRecord({ out, annotated = [] }: ProcessSettings, ffmpegPath: string): Promise<Record> {
  const lines = out === undefined ? null : createWriteStream(out);
  const failures = new StepFailures();
  const sums = { frames: 0, faults: 0, failed: 0, queue: 0, infer: 0, workflow: 0 };
  const videos = annotated.map(({ path }) => openAnnotated(path, ffmpegPath));
  return {
    get frames() {
      return sums.frames;
    },
    async write(frame, { outputs, pictures, faults, timing }) {
      sums.frames++;
      sums.faults += faults.length;
      if (faults.length > 0) sums.failed++;
      for (const fault of faults) failures.add(fault);
      sums.queue += timing.queueMs;
      sums.infer += timing.inferMs;
      sums.workflow += timing.workflowMs;
      if (lines !== null) {
        const line = `${JSON.stringify({ frame: frame.sequence - 1, pts: frame.pts, outputs })}\n`;
        if (!lines.write(line)) await once(lines, "drain");
      }
      for (const [i, video] of videos.entries()) await video.write(frame, pictures[i]?.jpeg);
    },
    summary(seconds) {
      const { frames, faults, failed } = sums;
      const mean = (sum: number) => Math.round((sum / Math.max(1, frames)) * 1000) / 1000;
      const stages = { queue: mean(sums.queue), infer: mean(sums.infer), workflow: mean(sums.workflow) };
      const fps = Math.round((frames / Math.max(1e-6, seconds)) * 100) / 100;
      const rounded = Math.round(seconds * 1000) / 1000;
      return {
        frames,
        seconds: rounded,
        fps,
        faults,
        failed_frames: failed,
        failures: failures.counts(),
        stages_ms: stages,
      };
    },
    async close() {
      const ending = lines?.end();
      if (ending !== undefined) await streamFinished(ending);
      for (const video of videos) await video.close();
    },
  };
}

async function mustExist(path: string): Promise<void> {
  await access(path).catch(() => {
    throw new ConfigError("PROCESS", [{ code: "PROCESS_VIDEO", path: "", message: "there is no such file" }], path);
  });
}

/** Fails before the work instead of after it. */
async function mustBeWritable({ out, summary, annotated = [] }: ProcessSettings): Promise<void> {
  const issues: Issue[] = [];
  const videos = annotated.map(({ path }) => ["--annotated", path] as const);
  for (const [flag, path] of [["--out", out], ["--summary", summary], ...videos] as const) {
    if (path === undefined) continue;
    const folder = dirname(path);
    await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
      const what =
        error.code === "ENOENT" ? `there is no folder "${folder}"` : `"${folder}" cannot be written to (${error.code})`;
      issues.push({ code: "FLAG_OUTPUT", path: "", message: `${flag} ${path}: ${what}` });
    });
  }
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
}

function unreadable(video: string, message: string): ConfigError {
  return new ConfigError("PROCESS", [{ code: "PROCESS_VIDEO", path: "", message }], video);
}

function mustBePictures(
  annotated: readonly AnnotatedVideo[],
  outputs: readonly { name: string; picture: boolean }[],
): void {
  const pictures = outputs.filter((output) => output.picture).map((output) => output.name);
  const hint =
    pictures.length > 0 ? `picture outputs are ${pictures.join(", ")}` : "the definition has no output of kind image";
  const wrong = annotated.filter(({ output }) => !pictures.includes(output));
  const issues = wrong.map(({ output }) => {
    const message = `--annotated-output: "${output}" is no picture output of the definition`;
    return { code: "FLAG_OUTPUT", path: "", message, hint };
  });
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
}
