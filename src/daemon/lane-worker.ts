import { type MessagePort, workerData } from "node:worker_threads";
import { BugError, MillraceError, messageOf } from "../base/errors.ts";
import type { Block } from "../blocks/block.ts";
import { openInits } from "../blocks/init-parameters.ts";
import { CORE, type Installed, initSources } from "../blocks/installed.ts";
import type { Plan, PlanStep } from "../compiler/plan.ts";
import type { EngineResult } from "../engine/batch.ts";
import type { PlanRunner } from "../engine/run-plan.ts";
import { openGeneratedCompiler } from "../expansion/compile-generated.ts";
import type { ExpansionView } from "../expansion/expansion-view.ts";
import type { NestedSurroundings } from "../expansion/nested-host.ts";
import { blocksOf, openPlanRunner } from "../expansion/open-plan.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import { isImage } from "../kinds/image.ts";
import { arenaPixels } from "./arena-pixels.ts";
import { openLinkedLane } from "./code-link.ts";
import { frameImage, videoOf } from "./frame-image.ts";
import { openLibrary } from "./library.ts";
import { type LaneModel, openModelLink } from "./model-link.ts";
import { openPlugins, type PluginModule } from "./plugins.ts";
import { type FrameResult, openResultWriter, type ResultWriter, type WriterSettings } from "./result-writer.ts";
import { isFedByFrames, readInputs } from "./runtime-inputs.ts";

// Root of the thread that runs one workflow: all state of its steps lives here.

export interface LaneWorkerData {
  arena: SharedArrayBuffer;
  plan: Plan;
  models: ReadonlyMap<string, LaneModel>;
  /** JSON values for the workflow's parameters. */
  parameters: Readonly<Record<string, unknown>>;
  onError: "throw" | "isolate";
  writer: WriterSettings;
  plugins: readonly PluginModule[];
  /** Where code blocks keep their state, null for nowhere. */
  stateDirectory: string | null;
}

export type LaneTask =
  | { type: "open"; port: MessagePort; codePort: MessagePort }
  | { type: "frames"; frames: FrameHandle[]; startedAt: number; watched: readonly string[] }
  | { type: "run"; size: number; inputs: Record<string, unknown> }
  | { type: "end"; camera: string | null; reason: "reset" | "shutdown" }
  | { type: "expansions" };

export type LaneReply =
  | { type: "opened" }
  | { type: "not_open" }
  | { type: "results"; frames: FrameResult[] }
  | { type: "expansions"; views: Readonly<Record<string, ExpansionView>> }
  | { type: "failed"; code: string; message: string; details: Readonly<Record<string, unknown>> };

interface Lane {
  runner: PlanRunner;
  installed: Installed;
  /** Values of the parameters. */
  parameters: Readonly<Record<string, unknown>>;
  writer: ResultWriter;
  inferMs: (frames: readonly FrameHandle[]) => number;
  /** What steps have made so far, by their paths. */
  views: () => Record<string, ExpansionView>;
}

const data = workerData as LaneWorkerData;
let lane: Lane | null = null;

/** Every failure is a value: error classes do not survive the way between threads. */
export default async function runLaneTask(task: LaneTask): Promise<LaneReply> {
  try {
    if (task.type === "open") return await open(task);
    if (lane === null) return { type: "not_open" };
    if (task.type === "expansions") return { type: "expansions", views: lane.views() };
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

async function open({ port, codePort }: Extract<LaneTask, { type: "open" }>): Promise<LaneReply> {
  const { plan, plugins } = data;
  // The blocks of plugins are opened again on this thread: functions do not travel.
  const installed = plugins.length === 0 ? CORE : await openPlugins(plugins);
  const initOf = await openInits(blocksOf(plan, installed.catalogue), initSources(installed));
  const models = openModelLink(port, data.models);
  const code = openLinkedLane(codePort, data.stateDirectory);
  const services = { models, pixels: arenaPixels(data.arena) };
  const expansions: NestedSurroundings["expansions"] = new Map();
  const surroundings = {
    services,
    lane: code,
    catalogued: (step: PlanStep) => catalogued(step, installed),
    initOf,
    compiler: openGeneratedCompiler(openLibrary({ allowCode: true, installed, isExamined: false })),
    openModel: (id: string) => models.open(id),
    expansions,
  };
  const runner = openPlanRunner(plan, surroundings, { onError: data.onError });
  const { inputs: parameters } = readInputs(plan, data.parameters, { codecs: installed.kinds, isFed: isFedByFrames });
  const writer = openResultWriter(data.writer, plan, { pixels: services.pixels, codecs: installed.kinds });
  const views = () => Object.fromEntries([...expansions].map(([path, view]) => [path, view()] as const));
  lane = { runner, installed, parameters, writer, inferMs: models.inferMs, views };
  return { type: "opened" };
}

function catalogued(step: PlanStep, { catalogue }: Installed): Block {
  const block = catalogue.get(step.type);
  if (block === undefined) throw new BugError(`no block of type "${step.type}"`);
  return block;
}

async function runFrames(
  { runner, writer, inferMs, parameters }: Lane,
  task: Extract<LaneTask, { type: "frames" }>,
): Promise<FrameResult[]> {
  const { frames, watched } = task;
  const sources = frames.map(({ camera }) => camera);
  const result = await runner.run({
    sources,
    inputs: { ...parameters, ...frameInputs(frames) },
    pictures: watched.length > 0,
  });
  return writer.write(frames, result, { startedAt: task.startedAt, inferMs: inferMs(frames), watched });
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

async function runOnce(
  { runner, writer, installed }: Lane,
  task: Extract<LaneTask, { type: "run" }>,
): Promise<FrameResult[]> {
  const { inputs } = readInputs(data.plan, task.inputs, { codecs: installed.kinds });
  const sources = Array.from({ length: task.size }, (_, i) => videoIdentifier(inputs, i) ?? `image.[${i}]`);
  const result: EngineResult = await runner.run({ sources, inputs, pictures: true });
  return writer.writeRows(result);
}

/** Pictures of one video belong together, as the frames of a camera do. */
function videoIdentifier(inputs: Readonly<Record<string, unknown>>, element: number): string | undefined {
  const batches = data.plan.inputs
    .filter((input) => input.batch)
    .map(({ name }) => inputs[name] as unknown[] | undefined);
  return batches.map((values) => values?.[element]).find(isImage)?.video?.videoIdentifier;
}
