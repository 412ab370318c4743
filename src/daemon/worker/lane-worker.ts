import { type MessagePort, workerData } from "node:worker_threads";
import { MillraceError, messageOf } from "../../base/errors.ts";
import { CORE } from "../../blocks/registry/installed.ts";
import type { Plan } from "../../compiler/plan.ts";
import { type FileSettings, openEffects } from "../../effects/open-effects.ts";
import type { ExpansionView } from "../../expansion/expansion-view.ts";
import type { FrameHandle } from "../../kinds/frame.ts";
import type { Message } from "../../publish/message-class.ts";
import { batchOnce } from "../input/batch-once.ts";
import { frameImage, videoOf } from "../input/frame-image.ts";
import { readInputs } from "../input/runtime-inputs.ts";
import { type LaneModel, openModelLink } from "../models/model-link.ts";
import { openPlugins, type PluginModule } from "../plugins/plugins.ts";
import { openCallWitness } from "../supervisor/crash-witness.ts";
import { arenaPixels } from "./arena-pixels.ts";
import { openLinkedLane } from "./code-link.ts";
import type { SilenceReason } from "./frame-publisher.ts";
import { Lane, type LaneDefinition } from "./lane.ts";
import type { FrameResult } from "./result-writer.ts";

// Root of the thread that runs one workflow: all state of its steps lives here.

export interface LaneWorkerData {
  arena: SharedArrayBuffer;
  plugins: readonly PluginModule[];
  /** Where code blocks keep their state, null for nowhere. */
  stateDirectory: string | null;
  /** "" for none. */
  pipeline: string;
  /** Where blocks may write. */
  files: FileSettings;
}

export type LaneTask =
  | { type: "open"; port: MessagePort; codePort: MessagePort; models: LaneModels; definition: LaneDefinition }
  | { type: "swap"; models: LaneModels; definition: LaneDefinition }
  | { type: "frames"; frames: FrameHandle[]; startedAt: number; watched: readonly string[] }
  | { type: "run"; size: number; inputs: Record<string, unknown> }
  | { type: "end"; camera: string | null; reason: "reset" | "shutdown" }
  | { type: "silence"; camera: string; clockS: number; reason: SilenceReason }
  | { type: "forget"; camera: string }
  | { type: "expansions" };

type LaneModels = ReadonlyMap<string, LaneModel>;

export type LaneReply =
  | { type: "opened" }
  | { type: "swapped"; messages: Message[] }
  | { type: "not_open" }
  | { type: "results"; frames: FrameResult[] }
  | { type: "expansions"; views: Readonly<Record<string, ExpansionView>> }
  | { type: "failed"; code: string; message: string; details: Readonly<Record<string, unknown>> };

const data = workerData as LaneWorkerData;
let opened: { lane: Lane; models: ReturnType<typeof openModelLink>; codecs: typeof CORE.kinds } | null = null;

/** Every failure is a value: error classes do not survive the way between threads. */
export default async function runLaneTask(task: LaneTask): Promise<LaneReply> {
  try {
    if (task.type === "open") return await open(task);
    if (opened === null) return { type: "not_open" };
    const { lane, models } = opened;
    if (task.type === "expansions") return { type: "expansions", views: lane.views() };
    if (task.type === "end") return { type: "results", frames: [lane.end(task.camera, task.reason)] };
    if (task.type === "silence")
      return { type: "results", frames: [lane.silence(task.camera, task.clockS, task.reason)] };
    if (task.type === "forget") return { type: "results", frames: [await lane.forget(task.camera)] };
    if (task.type === "frames") return { type: "results", frames: await runFrames(task) };
    if (task.type === "run") return { type: "results", frames: await runOnce(task) };
    models.learn(task.models);
    return { type: "swapped", messages: await lane.swap(task.definition) };
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

async function open(task: Extract<LaneTask, { type: "open" }>): Promise<LaneReply> {
  const { plugins } = data;
  // The blocks of plugins are opened again on this thread: functions do not travel.
  const installed = plugins.length === 0 ? CORE : await openPlugins(plugins);
  const models = openModelLink(task.port, task.models);
  const code = openLinkedLane(
    task.codePort,
    { stateDirectory: data.stateDirectory, witness: openCallWitness(process.env, data.pipeline) },
    () => effects.idle(),
  );
  const effects = openEffects(data.files, code.report);
  const pixels = arenaPixels(data.arena);
  const lane = await Lane.open(task.definition, { installed, models, code, pixels, effects: effects.services });
  opened = { lane, models, codecs: installed.kinds };
  return { type: "opened" };
}

async function runFrames({
  frames,
  watched,
  startedAt,
}: Extract<LaneTask, { type: "frames" }>): Promise<FrameResult[]> {
  if (opened === null) return [];
  const { lane, models } = opened;
  const sources = frames.map(({ camera }) => camera);
  return lane.run(
    ({ definition, parameters }) => ({
      sources,
      inputs: { ...parameters, ...frameInputs(definition.plan, frames) },
      pictures: watched.length > 0,
    }),
    (writer, result) => writer.write(frames, result, { startedAt, inferMs: models.inferMs(frames), watched }),
  );
}

/** Frames feed every image input, and their metadata every input of that kind. */
function frameInputs(plan: Plan, frames: readonly FrameHandle[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const input of plan.inputs) {
    if (!input.batch) continue;
    if (input.kinds.includes("image")) inputs[input.name] = frames.map(frameImage);
    else if (input.kinds.includes("video_metadata")) inputs[input.name] = frames.map(videoOf);
  }
  return inputs;
}

async function runOnce(task: Extract<LaneTask, { type: "run" }>): Promise<FrameResult[]> {
  if (opened === null) return [];
  const { lane, codecs } = opened;
  return lane.run(
    ({ definition: { plan } }) => {
      const { inputs } = readInputs(plan, task.inputs, { codecs });
      return batchOnce({ plan, size: task.size, inputs });
    },
    (writer, result) => writer.writeRows(result),
  );
}
