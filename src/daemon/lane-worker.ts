import { type MessagePort, workerData } from "node:worker_threads";
import { BugError, MillraceError, messageOf } from "../base/errors.ts";
import { CATALOGUE } from "../blocks/catalogue.ts";
import type { Plan, PlanStep } from "../compiler/plan.ts";
import { openCodeBlock } from "../dynamic/code-block.ts";
import type { EngineResult } from "../engine/batch.ts";
import { PlanRunner } from "../engine/run-plan.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import { arenaPixels } from "./arena-pixels.ts";
import { frameImage, videoOf } from "./frame-image.ts";
import { type LaneModel, openModelLink } from "./model-link.ts";
import { type FrameResult, openResultWriter, type ResultWriter, type WriterSettings } from "./result-writer.ts";

// Root of the thread that runs one workflow: all state of its steps lives here.

export interface LaneWorkerData {
  arena: SharedArrayBuffer;
  plan: Plan;
  models: ReadonlyMap<string, LaneModel>;
  /** Values for the workflow's parameters. */
  parameters: Readonly<Record<string, unknown>>;
  onError: "throw" | "isolate";
  writer: WriterSettings;
}

export type LaneTask =
  | { type: "open"; port: MessagePort }
  | { type: "frames"; frames: FrameHandle[]; startedAt: number; watched: readonly string[] }
  | { type: "run"; size: number; inputs: Record<string, unknown> }
  | { type: "end"; camera: string | null; reason: "reset" | "shutdown" };

export type LaneReply =
  | { type: "opened" }
  | { type: "not_open" }
  | { type: "results"; frames: FrameResult[] }
  | { type: "failed"; code: string; message: string; details: Readonly<Record<string, unknown>> };

interface Lane {
  runner: PlanRunner;
  writer: ResultWriter;
  inferMs: () => number;
}

const data = workerData as LaneWorkerData;
let lane: Lane | null = null;

/** Every failure is a value: error classes do not survive the way between threads. */
export default async function runLaneTask(task: LaneTask): Promise<LaneReply> {
  try {
    if (task.type === "open") return open(task.port);
    if (lane === null) return { type: "not_open" };
    if (task.type === "end") return { type: "results", frames: [lane.writer.end(task.camera, task.reason)] };
    if (task.type === "frames") return { type: "results", frames: await runFrames(lane, task) };
    return { type: "results", frames: await runOnce(lane, task) };
  } catch (error) {
    const known = error instanceof MillraceError ? error : null;
    return {
      type: "failed",
      code: known?.code ?? "LANE_FAILED",
      message: messageOf(error),
      details: known?.details ?? {},
    };
  }
}

function open(port: MessagePort): LaneReply {
  const models = openModelLink(port, data.models);
  const services = { models, pixels: arenaPixels(data.arena) };
  const runner = new PlanRunner(data.plan, { services, onError: data.onError, blockOf });
  lane = { runner, writer: openResultWriter(data.writer, data.plan, services.pixels), inferMs: models.inferMs };
  return { type: "opened" };
}

function blockOf(step: PlanStep) {
  if (step.code !== null) return openCodeBlock(step.code);
  const block = CATALOGUE.get(step.type);
  if (block === undefined) throw new BugError(`no block of type "${step.type}"`);
  return block;
}

async function runFrames(
  { runner, writer, inferMs }: Lane,
  task: Extract<LaneTask, { type: "frames" }>,
): Promise<FrameResult[]> {
  const { frames, watched } = task;
  const before = inferMs();
  const sources = frames.map(({ camera }) => camera);
  const result = await runner.run({
    sources,
    inputs: { ...data.parameters, ...frameInputs(frames) },
    pictures: watched.length > 0,
  });
  return writer.write(frames, result, { startedAt: task.startedAt, inferMs: inferMs() - before, watched });
}

/** Frames feed every image input, and their metadata every input of that kind. */
function frameInputs(frames: readonly FrameHandle[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const input of data.plan.inputs) {
    if (!input.batch) continue;
    if (input.kinds.includes("image")) inputs[input.name] = frames.map(frameImage);
    else if (input.kinds.includes("video_metadata")) inputs[input.name] = frames.map(videoOf);
  }
  return inputs;
}

async function runOnce({ runner, writer }: Lane, task: Extract<LaneTask, { type: "run" }>): Promise<FrameResult[]> {
  const sources = Array.from({ length: task.size }, (_, i) => `image.[${i}]`);
  const inputs = { ...data.parameters, ...task.inputs };
  const result: EngineResult = await runner.run({ sources, inputs, pictures: true });
  return writer.writeRows(result);
}
