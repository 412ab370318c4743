import { byDeadline, type Deadline } from "../../base/deadline.ts";
import { MillraceError } from "../../base/errors.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { Serial } from "../../base/serial.ts";
import { steadyMs } from "../../base/steady-clock.ts";
import { endsWithin } from "../../base/within.ts";
import { type Plan, plansOf } from "../../compiler/plan.ts";
import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import { type FileSettings, USUAL_CALLS } from "../../effects/open-effects.ts";
import { openThread } from "../../engine/thread.ts";
import { workerEntry } from "../../engine/worker-entry.ts";
import type { ExpansionView } from "../../expansion/expansion-view.ts";
import { type FrameHandle, FULL_RGB, type RenditionRequest, renditionKey } from "../../kinds/frame.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import { modelIds } from "../models/asked-models.ts";
import type { ModelStore } from "../models/models.ts";
import type { PluginModule } from "../plugins/plugins.ts";
import { timeHistogramMemory } from "../timing/time-histogram.ts";
import type { CodeLink } from "./code-link.ts";
import type { PictureWord } from "./event-pictures.ts";
import { filesOf } from "./files-of.ts";
import type { SilenceReason } from "./frame-publisher.ts";
import type { KeepSettings } from "./kept-steps.ts";
import { failure, openWorker, workerModels } from "./open-worker.ts";
import type { PictureWish } from "./picture-wish.ts";
import type { FrameResult } from "./result-writer.ts";
import { bringsNewCode, tryDefinition } from "./try-definition.ts";
import type { WorkerDefinition, WorkflowLook } from "./workflow-runner.ts";
import type { WorkerReply, WorkerTask, WorkflowWorkerData } from "./workflow-worker.ts";

export interface WorkflowSettings extends WorkerDefinition {
  models: ModelStore;
  arena: SharedArrayBuffer;
  /** Plugins to load on the thread; none by default. */
  plugins?: readonly PluginModule[];
  /** Where code blocks keep their state; nowhere by default. */
  stateDirectory?: string;
  /** How the states of other blocks are kept there; not at all by default. */
  keepState?: KeepSettings | null;
  /** Where blocks may write; what the environment allows by default. */
  files?: FileSettings;
  /** Most questions to language models in a minute. */
  languageCallsPerMinute?: number;
  /** Sinks send and write nothing. */
  disableSinks?: boolean;
  /** Where pauses of its thread for the garbage collector are counted. */
  pauses?: SharedArrayBuffer;
  /** Pipeline that it belongs to. */
  pipeline?: string;
  /** Receives events of code blocks. */
  report?: (event: CodeEvent) => void;
  /** Receives pictures of events. */
  pictured?: (word: PictureWord) => void;
  /** Most batches in flight. */
  concurrency: number;
  /** Ends an opening. */
  signal?: AbortSignal;
  /** Called when the thread crashes or exits, with all its state; the `batches` in flight fail. */
  threadDied?: (why: string, batches: number) => void;
  /** A batch that takes longer ends the thread with all its state: nothing else stops code that does not return. */
  timeoutMs: number;
}

/** The first restart of a crashing thread is immediate. */
const RESTARTS = { freeFailures: 1, firstMs: 1000, longestMs: 60_000 };
/** For code to write its state before its worker is ended; a busy box takes its time. */
const LAST_WORDS_MS = 2000;
/** Loading may take longer than a batch; the shorter limit of batches does not apply to it. */
const LEAST_OPENING_MS = 10_000;
/** Beside the time that one batch may take. */
const SETTLED_MS = 60_000;
/** Longest wait for a thread to say how it goes. */
const LOOK_MS = 1000;
/** So often a thread may end while it is to take another definition. */
const MOST_ENDINGS = 2;

/** A compiled workflow on its own thread. Results of a camera come in the order of its frames. */
export interface Workflow {
  frames(frames: FrameHandle[], wishes: readonly PictureWish[]): Promise<FrameResult[]>;
  /** One run on JSON values, broadcast to the size; images are read already and own their pixels. */
  once(size: number, inputs: Record<string, unknown>): Promise<FrameResult[]>;
  /** Ends the tracks of a camera, or of all. */
  end(camera: string | null, reason: "reset" | "shutdown"): Promise<readonly Message[]>;
  /** Ends the tracks of a camera that are not kept for as long as it gave no frame, which is until `clockS`. */
  silence(camera: string, clockS: number, reason: SilenceReason): Promise<readonly Message[]>;
  /** Forgets a camera that is gone; gives the ends of its tracks. */
  forget(camera: string): Promise<readonly Message[]>;
  /** Opens a definition on a thread that is ended again; throws what that fails of. Nothing that runs notices. */
  tryOut(definition: WorkerDefinition): Promise<void>;
  /**
   * Swaps the definition between two batches: steps that did not change keep
   * their state. Throws, and keeps the old one, when the new one cannot be opened. Gives the ends of tracks.
   */
  swap(definition: WorkerDefinition): Promise<readonly Message[]>;
  /** What its steps have made while running, by their paths. */
  expansions(): Promise<Readonly<Record<string, ExpansionView>>>;
  /** How it goes; null while its thread is busy with something long, or gone. */
  look(): Promise<WorkflowLook | null>;
  close(deadlineMs: number): Promise<void>;
}

/** Opens the thread and the models the plan names. */
export async function openWorkflow(settings: WorkflowSettings): Promise<Workflow> {
  const { models, arena, timeoutMs } = settings;
  const { plugins = [], stateDirectory = null, keepState = null, pipeline = "" } = settings;
  const { report = () => {}, pictured = () => {}, threadDied = () => {} } = settings;
  let definition = definitionOf(settings);
  const { files = filesOf(process.env), languageCallsPerMinute = USUAL_CALLS } = settings;
  const workerData: WorkflowWorkerData = {
    arena,
    plugins,
    stateDirectory,
    keepState,
    pipeline,
    files,
    languageCallsPerMinute,
    disableSinks: settings.disableSinks ?? false,
    pauses: settings.pauses ?? timeHistogramMemory(),
  };
  // Another definition may come beside the batches; and code has timers and files of its own, for which a thread that
  // takes one task at a time would not wake.
  const concurrency = settings.concurrency + 1;
  const thread = openThread({
    ...workerEntry("daemon/worker/workflow-worker"),
    workerData,
    concurrency,
    maxQueue: concurrency + 8,
    died,
  });
  let codeLink: CodeLink | null = null;
  let opening: Promise<void> | null = null;
  let isOpen = false;
  let openings = 0;
  let batchesUnderWay = 0;
  const openGate = () => new RetryGate({ ...RESTARTS, healthyAfterMs: SETTLED_MS + timeoutMs });
  let gate = openGate();
  const openingLimitMs = Math.max(timeoutMs, LEAST_OPENING_MS);
  const swaps = new Serial();

  async function open(): Promise<void> {
    codeLink = await openWorker(thread, definition, { models, report, pictured, limitMs: openingLimitMs });
    isOpen = true;
    openings++;
    gate.started();
  }

  /** The next batch opens the thread that took its place. One that did not open fails its opening. */
  function died(why: string): void {
    if (!isOpen) return;
    isOpen = false;
    gate.failed();
    threadDied(why, batchesUnderWay);
  }

  async function reopen(): Promise<void> {
    if (isOpen) gate.failed();
    isOpen = false;
    const leftMs = gate.waitMs();
    if (leftMs > 0) throw suspended(leftMs);
    try {
      await open();
    } catch (error) {
      gate.failed();
      throw error;
    }
  }

  async function openOnce(work: () => Promise<void>): Promise<void> {
    opening ??= work().finally(() => {
      opening = null;
    });
    await opening;
  }

  /** A thread that died comes back empty: it is opened again, once for all that find it so. */
  async function ask(task: BatchTask, deadline: Deadline): Promise<WorkerReply> {
    // What an empty thread knows nothing of needs no end.
    const isEnd = task.type === "end" || task.type === "silence" || task.type === "forget";
    if (!isOpen && isEnd) return NOTHING;
    if (!isOpen) await openOnce(reopen);
    const reply = await thread.run<WorkerReply>(task, { deadline });
    if (reply.type !== "not_open") return reply;
    if (isEnd) return NOTHING;
    await openOnce(reopen);
    return thread.run<WorkerReply>(task, { deadline });
  }

  async function withinLimit<T>(
    { what, limitMs }: { what: string; limitMs: number },
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const message = `the workflow did not ${what} within ${limitMs} ms: its thread was ended and its state is lost`;
    const late = (cause: unknown) => new MillraceError("LANE_TIMEOUT", message, {}, { cause });
    return byDeadline({ limitMs, late, before: () => closeCode(0) }, work);
  }

  async function run(task: BatchTask): Promise<FrameResult[]> {
    batchesUnderWay++;
    const reply = await withinLimit({ what: "finish a batch", limitMs: timeoutMs }, (deadline) =>
      ask(task, deadline),
    ).finally(() => {
      batchesUnderWay--;
    });
    if (reply.type === "results") return reply.frames;
    throw unexpected(reply);
  }

  function tryOut(next: WorkerDefinition): Promise<void> {
    return tryDefinition(definitionOf(next), { models, workerData, limitMs: openingLimitMs });
  }

  async function swap(next: WorkerDefinition): Promise<readonly Message[]> {
    const known = await workerModels(models, next);
    if (bringsNewCode(next.plan, definition.plan)) await tryOut(next);
    return handOver({ type: "swap", models: known, definition: next });
  }

  /** The thread may end meanwhile of what runs on it; it is asked again then, or begins with the new definition. */
  async function handOver(task: Extract<WorkerTask, { type: "swap" }>): Promise<readonly Message[]> {
    const limit = { what: "take its new definition", limitMs: openingLimitMs };
    for (let failures = 0; ; ) {
      while (opening !== null) await opening.catch(() => {});
      if (!isOpen) return beginWith(task.definition);
      const asked = openings;
      const reply = await withinLimit(limit, (deadline) => thread.run<WorkerReply>(task, { deadline })).catch(
        (error) => {
          failures++;
          if (failures > MOST_ENDINGS) throw error;
          return null;
        },
      );
      if (reply?.type === "not_open" && openings === asked) isOpen = false;
      if (reply === null || reply.type === "not_open") continue;
      if (reply.type !== "swapped") throw unexpected(reply);
      // Code that kept ending the thread before has no say about the code that took its place.
      if (bringsNewCode(task.definition.plan, definition.plan)) gate = openGate();
      definition = task.definition;
      return reply.messages;
    }
  }

  /** A suspended thread has no state to hand over, and another definition does not wait for its restart. */
  async function beginWith(next: WorkerDefinition): Promise<readonly Message[]> {
    const before = { definition, gate };
    definition = next;
    gate = openGate();
    try {
      await openOnce(open);
    } catch (error) {
      ({ definition, gate } = before);
      throw error;
    }
    return [];
  }

  /** Asks steps that still answer to write their state, within this deadline. */
  async function closeCode(deadlineMs: number): Promise<void> {
    if (keepState !== null || bringsCode(definition.plan)) await codeLink?.close(Math.max(deadlineMs, LAST_WORDS_MS));
  }

  /** One question at a time, whoever asks. */
  let looking: Promise<WorkflowLook | null> | null = null;

  function askOnce(): Promise<WorkflowLook | null> {
    looking ??= thread
      .run<WorkerReply>({ type: "look" } satisfies WorkerTask)
      .then((reply) => (reply.type === "looked" ? reply.look : null))
      .catch(() => null)
      .finally(() => {
        looking = null;
      });
    return looking;
  }

  async function look(): Promise<WorkflowLook | null> {
    if (!isOpen) return null;
    const asked = askOnce();
    return (await endsWithin(LOOK_MS, asked)) ? asked : null;
  }

  const giveUp = () => void thread.close(0).catch(() => {});
  settings.signal?.addEventListener("abort", giveUp, { once: true });
  try {
    await open();
    settings.signal?.throwIfAborted();
  } catch (error) {
    await thread.close(0);
    throw error;
  } finally {
    settings.signal?.removeEventListener("abort", giveUp);
  }
  return {
    frames: (frames, wishes) => run({ type: "frames", frames, startedAt: steadyMs(), wishes }),
    once: (size, inputs) => run({ type: "run", size, inputs }),
    async end(camera, reason) {
      const [result] = await run({ type: "end", camera, reason });
      return result?.messages ?? [];
    },
    async silence(camera, clockS, reason) {
      const [result] = await run({ type: "silence", camera, clockS, reason });
      return result?.messages ?? [];
    },
    async forget(camera) {
      const [result] = await run({ type: "forget", camera });
      return result?.messages ?? [];
    },
    tryOut,
    swap: (next) => swaps.run(() => swap(definitionOf(next))),
    async expansions() {
      if (!definition.plan.steps.some(({ subworkflow }) => subworkflow !== null)) return {};
      const reply = await thread.run<WorkerReply>({ type: "expansions" } satisfies WorkerTask);
      return reply.type === "expansions" ? reply.views : {};
    },
    look,
    async close(deadlineMs) {
      const startedAt = performance.now();
      await closeCode(deadlineMs);
      await thread.close(Math.max(0, deadlineMs - (performance.now() - startedAt)));
    },
  };
}

const NOTHING: WorkerReply = { type: "results", frames: [] };

type BatchTask = Extract<WorkerTask, { type: "frames" | "run" | "end" | "silence" | "forget" }>;

/** Only what the thread needs. */
function definitionOf({ plan, parameters, zones = {}, onError, writer }: WorkerDefinition): WorkerDefinition {
  return { plan, parameters, zones, onError, writer };
}

/** What the decoder must deliver for the plan's image inputs: the models' own sizes, the full picture, or both. */
export function renditionsOf(
  plan: Plan,
  parameters: Readonly<Record<string, unknown>>,
  models: ModelStore,
  needsFull = false,
): RenditionRequest[] {
  const wanted = new Map<string, RenditionRequest>();
  for (const needs of plan.pixels) {
    for (const id of modelIds(needs.models, plan, parameters)) {
      const request = models.rendition(id);
      wanted.set(renditionKey(request), request);
    }
    if (needs.full) wanted.set(renditionKey(FULL_RGB), FULL_RGB);
  }
  if (needsFull) wanted.set(renditionKey(FULL_RGB), FULL_RGB);
  // Something must arrive even when nothing looks at the pixels: frames are counted and timed by it.
  return wanted.size > 0 ? [...wanted.values()] : [THUMBNAIL];
}

/** Code in the steps of a plan, or of the workflows inside of them. */
function bringsCode({ steps }: Plan): boolean {
  return steps.some(
    ({ code, subworkflow }) => code !== null || (subworkflow !== null && plansOf(subworkflow).some(bringsCode)),
  );
}

const THUMBNAIL: RenditionRequest = { fit: "stretch", width: 16, height: 16, pixelFormat: "rgb24", pad: 0 };

function suspended(leftMs: number): MillraceError {
  const message = `the workflow's thread ended too often and is suspended for another ${Math.ceil(leftMs / 1000)} s`;
  return new MillraceError("LANE_SUSPENDED", message, { leftMs });
}

function unexpected(reply: WorkerReply): MillraceError {
  return reply.type === "failed" ? failure(reply) : new MillraceError("LANE_NOT_OPEN", "the workflow's thread is gone");
}
