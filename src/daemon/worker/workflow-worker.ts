import { type MessagePort, workerData } from "node:worker_threads";
import { MillraceError, messageOf } from "../../base/errors.ts";
import { steadyMs } from "../../base/steady-clock.ts";
import type { Plan } from "../../compiler/plan.ts";
import type { CodeRuntime } from "../../dynamic/runtime/code-runtime.ts";
import { type FileSettings, openEffects } from "../../effects/open-effects.ts";
import type { ExpansionView } from "../../expansion/expansion-view.ts";
import type { KindCodecs } from "../../kinds/codec.ts";
import type { FrameHandle } from "../../kinds/frame.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import { batchOnce } from "../input/batch-once.ts";
import { frameImage, videoOf } from "../input/frame-image.ts";
import { readInputs } from "../input/runtime-inputs.ts";
import { openModelLink, type WorkerModel } from "../models/model-link.ts";
import type { PluginModule } from "../plugins/resolve-plugin.ts";
import { openCallWitness } from "../supervisor/crash-witness.ts";
import { watchPauses } from "../timing/collector-pauses.ts";
import { TimeHistogram } from "../timing/time-histogram.ts";
import { arenaPixels } from "./arena-pixels.ts";
import { openLinkedRuntime } from "./code-link.ts";
import { EventPictures, type PictureWord } from "./event-pictures.ts";
import type { SilenceReason } from "./frame-publisher.ts";
import { type KeepSettings, KeptSteps } from "./kept-steps.ts";
import { openKernelThread } from "./kernel-thread.ts";
import { NeededBlocks } from "./needed-blocks.ts";
import type { PictureWish } from "./picture-wish.ts";
import type { FrameResult } from "./result-writer.ts";
import { type WorkerDefinition, type WorkflowLook, WorkflowRunner } from "./workflow-runner.ts";

// Root of the thread that runs one workflow: all state of its steps lives here.

export interface WorkflowWorkerData {
  arena: SharedArrayBuffer;
  plugins: readonly PluginModule[];
  /** Where code blocks keep their state, null for nowhere. */
  stateDirectory: string | null;
  /** How the states of other blocks are kept there, null where they are not. */
  keepState: KeepSettings | null;
  /** "" for none. */
  pipeline: string;
  /** Where blocks may write. */
  files: FileSettings;
  languageCallsPerMinute: number;
  /** Sinks send and write nothing. */
  disableSinks: boolean;
  /** Where pauses for the garbage collector are counted. */
  pauses: SharedArrayBuffer;
}

export type WorkerTask =
  | {
      type: "open";
      port: MessagePort;
      codePort: MessagePort;
      picturePort: MessagePort;
      models: WorkerModels;
      definition: WorkerDefinition;
    }
  | { type: "swap"; models: WorkerModels; definition: WorkerDefinition }
  | { type: "frames"; frames: FrameHandle[]; startedAt: number; wishes: readonly PictureWish[] }
  | { type: "run"; size: number; inputs: Record<string, unknown> }
  | { type: "end"; camera: string | null; reason: "reset" | "shutdown" }
  | { type: "silence"; camera: string; clockS: number; reason: SilenceReason }
  | { type: "forget"; camera: string }
  | { type: "expansions" }
  | { type: "look" };

type WorkerModels = ReadonlyMap<string, WorkerModel>;

export type WorkerReply =
  | { type: "opened" }
  | { type: "swapped"; messages: Message[] }
  | { type: "not_open" }
  | { type: "results"; frames: FrameResult[] }
  | { type: "expansions"; views: Readonly<Record<string, ExpansionView>> }
  | { type: "looked"; look: WorkflowLook }
  | { type: "failed"; code: string; message: string; details: Readonly<Record<string, unknown>> };

const data = workerData as WorkflowWorkerData;
watchPauses(new TimeHistogram(data.pauses));
let opened: Opened | null = null;

interface Opened {
  runner: WorkflowRunner;
  models: ReturnType<typeof openModelLink>;
  codecs: KindCodecs;
  kept: KeptSteps | null;
  pictures: EventPictures;
}

/** Every failure is a value: error classes do not survive the way between threads. */
export default async function runWorkerTask(task: WorkerTask): Promise<WorkerReply> {
  try {
    if (task.type === "open") return await open(task);
    if (opened === null) return { type: "not_open" };
    const { runner, models } = opened;
    if (task.type === "expansions") return { type: "expansions", views: runner.views() };
    if (task.type === "look") return { type: "looked", look: runner.look() };
    if (task.type === "end") {
      const last = runner.end(task.camera, task.reason);
      // The thread may be ended next.
      await opened.pictures.settled();
      return { type: "results", frames: [last] };
    }
    if (task.type === "silence")
      return { type: "results", frames: [runner.silence(task.camera, task.clockS, task.reason)] };
    if (task.type === "forget") {
      models.forget(task.camera);
      return { type: "results", frames: [await runner.forget(task.camera)] };
    }
    if (task.type === "frames" || task.type === "run") {
      const frames = await (task.type === "frames" ? runFrames(task) : runOnce(task));
      opened.kept?.batchEnded();
      return { type: "results", frames };
    }
    models.learn(task.models);
    return { type: "swapped", messages: await runner.swap(task.definition) };
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

async function open(task: Extract<WorkerTask, { type: "open" }>): Promise<WorkerReply> {
  const models = openModelLink(task.port, task.models, data.arena);
  const code = openLinkedRuntime(
    task.codePort,
    { stateDirectory: data.stateDirectory, witness: openCallWitness(process.env, data.pipeline) },
    async () => {
      await Promise.all([effects.idle(), opened?.kept?.close()]);
    },
  );
  const effects = openEffects({
    files: data.files,
    languageCallsPerMinute: data.languageCallsPerMinute,
    disableSinks: data.disableSinks,
    report: code.report,
    onSecret: code.keepSecret,
  });
  const pixels = arenaPixels(data.arena);
  const pictures = new EventPictures(pixels, (word: PictureWord) => task.picturePort.postMessage(word));
  const runner = await WorkflowRunner.open(task.definition, {
    blocks: new NeededBlocks(data.plugins),
    models,
    code,
    pixels,
    kernels: openKernelThread(),
    effects: effects.services,
    pictures,
  });
  opened = { runner, models, codecs: runner.codecs, kept: keptOf(runner, code), pictures };
  return { type: "opened" };
}

function keptOf(runner: WorkflowRunner, { report }: CodeRuntime): KeptSteps | null {
  const { stateDirectory: directory, keepState } = data;
  if (directory === null || keepState === null) return null;
  return new KeptSteps({ ...keepState, directory, runner: () => runner.plan, report });
}

async function runFrames({
  frames,
  wishes,
  startedAt,
}: Extract<WorkerTask, { type: "frames" }>): Promise<FrameResult[]> {
  if (opened === null) return [];
  const { runner, models } = opened;
  const takenAt = steadyMs();
  const parts = await runner.runSideBySide(({ definition, parametersIn }) =>
    alike(frames, parametersIn).map(({ parameters, own }) => ({
      batch: {
        sources: own.map(({ camera }) => camera),
        inputs: { ...parameters, ...frameInputs(definition.plan, own) },
        pictures: namedIn(wishes, definition.writer.picture),
      },
      write: async (writer, result) => {
        const results = await writer.write(own, result, {
          ...{ startedAt, takenAt, wishes, reused: models.reused, regions: models.regions },
          inferMs: models.inferMs(own),
          waitMs: models.waitMs(own),
        });
        return own.map((frame, i) => ({ frame, result: results[i] as FrameResult }));
      },
    })),
  );
  const resultOf = new Map(parts.flat().map(({ frame, result }) => [frame, result]));
  return frames.map((frame) => resultOf.get(frame) as FrameResult);
}

/** A batch has one value for each parameter, so frames in whose pictures zones lie elsewhere are in batches of their own. */
function alike(frames: readonly FrameHandle[], parametersIn: (frame: FrameHandle) => object) {
  const groups = new Map<object, FrameHandle[]>();
  for (const frame of frames) {
    const parameters = parametersIn(frame);
    const own = groups.get(parameters);
    if (own === undefined) groups.set(parameters, [frame]);
    else own.push(frame);
  }
  return [...groups].map(([parameters, own]) => ({ parameters, own }));
}

function namedIn(wishes: readonly PictureWish[], shown: string | null): ReadonlySet<string> {
  return new Set(wishes.map(({ output }) => output ?? shown).filter((name) => name !== null));
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

async function runOnce(task: Extract<WorkerTask, { type: "run" }>): Promise<FrameResult[]> {
  if (opened === null) return [];
  const { runner, codecs } = opened;
  return runner.run(
    ({ definition: { plan } }) => {
      const { inputs } = readInputs(plan, task.inputs, { codecs });
      return batchOnce({ plan, size: task.size, inputs });
    },
    (writer, result) => writer.writeRows(result),
  );
}
