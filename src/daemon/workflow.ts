import { MessageChannel } from "node:worker_threads";
import { MillraceError } from "../base/errors.ts";
import { type Plan, plansOf } from "../compiler/plan.ts";
import type { CodeEvent } from "../dynamic/code-host.ts";
import { openThread, type Thread } from "../engine/thread.ts";
import type { ExpansionView } from "../expansion/expansion-view.ts";
import { type FrameHandle, FULL_RGB, type RenditionRequest, renditionKey } from "../kinds/frame.ts";
import type { Message } from "../publish/message-class.ts";
import { type CodeLink, openCodeLink } from "./code-link.ts";
import type { LaneReply, LaneTask, LaneWorkerData } from "./lane-worker.ts";
import { serveModels } from "./model-link.ts";
import type { ModelStore } from "./models.ts";
import type { PluginModule } from "./plugins.ts";
import type { FrameResult, WriterSettings } from "./result-writer.ts";
import { ThreadRests } from "./thread-rests.ts";
import { workerEntry } from "./worker-entry.ts";

export interface WorkflowSettings {
  plan: Plan;
  models: ModelStore;
  arena: SharedArrayBuffer;
  /** JSON values of the workflow's parameters; what is missing takes its default. */
  parameters: Readonly<Record<string, unknown>>;
  onError: "throw" | "isolate";
  writer: WriterSettings;
  /** Plugins to load on the thread; none by default. */
  plugins?: readonly PluginModule[];
  /** Where code blocks keep their state; nowhere by default. */
  stateDirectory?: string;
  /** Hears what code blocks tell besides their results. */
  report?: (event: CodeEvent) => void;
  /** Most batches under way at once. */
  concurrency: number;
  /** A batch that takes longer ends the thread with all its state: nothing else stops code that does not return. */
  timeoutMs: number;
}

const LAST_WORDS_MS = 250;
/** Code may do much as it is loaded; a shorter limit of batches does not hold for it. */
const LEAST_OPENING_MS = 10_000;
/** Beside the time that one batch may take. */
const SETTLED_MS = 60_000;

/** A compiled workflow on its own thread. Results of a camera come in the order of its frames. */
export interface Workflow {
  /** `watched` names the cameras whose picture is wanted as a JPEG. */
  frames(frames: FrameHandle[], watched: readonly string[]): Promise<FrameResult[]>;
  /** One run on JSON values, broadcast to the size; images are read already and own their pixels. */
  once(size: number, inputs: Record<string, unknown>): Promise<FrameResult[]>;
  /** Ends the tracks of a camera, or of all. */
  end(camera: string | null, reason: "reset" | "shutdown"): Promise<readonly Message[]>;
  /** What its steps have made while running, by their paths. */
  expansions(): Promise<Readonly<Record<string, ExpansionView>>>;
  close(deadlineMs: number): Promise<void>;
}

/** Opens the thread and the models the plan names. */
export async function openWorkflow(settings: WorkflowSettings): Promise<Workflow> {
  const { plan, models, arena, parameters, onError, writer, timeoutMs } = settings;
  const { plugins = [], stateDirectory = null, report = () => {} } = settings;
  const ids = modelIds(plan.models, plan, parameters);
  await Promise.all(ids.map((id) => models.open(id)));
  const laneModels = new Map(ids.map((id) => [id, models.laneModel(id)]));
  const rest = { parameters, onError, writer, plugins, stateDirectory };
  const workerData: LaneWorkerData = { arena, plan, models: laneModels, ...rest };
  const hasCode = bringsCode(plan);
  // Code has timers and files of its own, for which a thread that takes one task at a time would not wake.
  const concurrency = hasCode ? Math.max(2, settings.concurrency) : settings.concurrency;
  const thread = openThread({
    ...workerEntry("lane-worker"),
    workerData,
    concurrency,
    maxQueue: concurrency + 8,
  });
  let codeLink: CodeLink | null = null;
  let opening: Promise<void> | null = null;
  let isOpen = false;
  const rests = new ThreadRests(SETTLED_MS + timeoutMs);

  async function open(): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    serveModels(port1, {
      detect: (model, items) => models.detect(model, items),
      async open(model) {
        await models.open(model);
        return models.laneModel(model);
      },
    });
    port1.unref();
    const { port1: nearPort, port2: codePort } = new MessageChannel();
    codeLink = openCodeLink(nearPort, report);
    const task: LaneTask = { type: "open", port: port2, codePort };
    const reply = await runToOpen(thread, task, Math.max(timeoutMs, LEAST_OPENING_MS));
    if (reply.type === "failed") throw failure(reply);
    isOpen = true;
    rests.opened();
  }

  async function reopen(): Promise<void> {
    if (isOpen) rests.ended();
    isOpen = false;
    const leftMs = rests.leftMs();
    if (leftMs > 0) throw suspended(leftMs);
    try {
      await open();
    } catch (error) {
      rests.ended();
      throw error;
    }
  }

  /** A thread that died comes back empty: it is opened again, once for all batches that find it so. */
  async function run(task: Exclude<LaneTask, { type: "open" | "expansions" }>): Promise<FrameResult[]> {
    const expired = new AbortController();
    const timer = setTimeout(() => void closeCode(0).then(() => expired.abort()), timeoutMs);
    try {
      let reply = await thread.run<LaneReply>(task, { signal: expired.signal });
      if (reply.type === "not_open") {
        opening ??= reopen().finally(() => {
          opening = null;
        });
        await opening;
        reply = await thread.run<LaneReply>(task, { signal: expired.signal });
      }
      if (reply.type === "results") return reply.frames;
      throw reply.type === "failed"
        ? failure(reply)
        : new MillraceError("LANE_NOT_OPEN", "the workflow's thread is gone");
    } catch (error) {
      if (!expired.signal.aborted) throw error;
      const message = `the workflow did not finish a batch within ${timeoutMs} ms: its thread was ended and its state is lost`;
      throw new MillraceError("LANE_TIMEOUT", message, {}, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Code that still answers writes its state; whoever waits for it waits no longer than this. */
  async function closeCode(deadlineMs: number): Promise<void> {
    if (hasCode) await codeLink?.close(Math.max(deadlineMs, LAST_WORDS_MS));
  }

  try {
    await open();
  } catch (error) {
    await thread.close(0);
    throw error;
  }
  return {
    frames: (frames, watched) =>
      run({ type: "frames", frames, startedAt: performance.timeOrigin + performance.now(), watched }),
    once: (size, inputs) => run({ type: "run", size, inputs }),
    async end(camera, reason) {
      const [result] = await run({ type: "end", camera, reason });
      return result?.messages ?? [];
    },
    async expansions() {
      if (!plan.steps.some(({ nested }) => nested !== null)) return {};
      const reply = await thread.run<LaneReply>({ type: "expansions" } satisfies LaneTask);
      return reply.type === "expansions" ? reply.views : {};
    },
    async close(deadlineMs) {
      const startedAt = performance.now();
      await closeCode(deadlineMs);
      await thread.close(Math.max(0, deadlineMs - (performance.now() - startedAt)));
    },
  };
}

/** Code that does not return as it is loaded would hold up the daemon with all its pipelines. */
async function runToOpen(thread: Thread, task: Extract<LaneTask, { type: "open" }>, limitMs: number) {
  const expired = new AbortController();
  const timer = setTimeout(() => expired.abort(), limitMs);
  try {
    return await thread.run<LaneReply>(task, { transfer: [task.port, task.codePort], signal: expired.signal });
  } catch (error) {
    if (!expired.signal.aborted) throw error;
    const message = `the workflow did not open within ${limitMs} ms: its thread was ended`;
    throw new MillraceError("LANE_TIMEOUT", message, {}, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** What the decoder must deliver for the plan's image inputs: the models' own sizes, the full picture, or both. */
export function renditionsOf(
  plan: Plan,
  parameters: Readonly<Record<string, unknown>>,
  models: ModelStore,
): RenditionRequest[] {
  const wanted = new Map<string, RenditionRequest>();
  for (const needs of plan.pixels) {
    for (const id of modelIds(needs.models, plan, parameters)) {
      const request = models.rendition(id);
      wanted.set(renditionKey(request), request);
    }
    if (needs.full) wanted.set(renditionKey(FULL_RGB), FULL_RGB);
  }
  // Something must arrive even when nothing looks at the pixels: frames are counted and timed by it.
  return wanted.size > 0 ? [...wanted.values()] : [THUMBNAIL];
}

/** Code in the steps of a plan, or of the workflows inside of them. */
function bringsCode({ steps }: Plan): boolean {
  return steps.some(({ code, nested }) => code !== null || (nested !== null && plansOf(nested).some(bringsCode)));
}

const THUMBNAIL: RenditionRequest = { fit: "stretch", width: 16, height: 16, pixelFormat: "rgb24", pad: 0 };

/** Ids of models, those that parameters hold resolved. */
export function modelIds(names: Plan["models"], plan: Plan, parameters: Readonly<Record<string, unknown>>): string[] {
  const ids = names.map((name) => {
    if ("id" in name) return name.id;
    const input = plan.inputs.find((candidate) => candidate.name === name.parameter);
    return parameters[name.parameter] ?? input?.defaultValue;
  });
  return [...new Set(ids.filter((id): id is string => typeof id === "string"))];
}

function suspended(leftMs: number): MillraceError {
  const message = `the workflow's thread ended too often and is left alone for another ${Math.ceil(leftMs / 1000)} s`;
  return new MillraceError("LANE_SUSPENDED", message, { leftMs });
}

function failure({ code, message, details }: Extract<LaneReply, { type: "failed" }>): MillraceError {
  return new MillraceError(code, message, details);
}
