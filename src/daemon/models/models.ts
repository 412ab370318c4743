import { availableParallelism } from "node:os";
import { BugError, ModelError, messageOf } from "../../base/errors.ts";
import { openThread, type Thread } from "../../engine/thread.ts";
import { workerEntry } from "../../engine/worker-entry.ts";
import { type ModelDescription, renditionOf } from "../../inference/description.ts";
import type { ProviderOptions } from "../../inference/gpu/provider-options.ts";
import { passesOptions } from "../../inference/gpu/runtime-files.ts";
import { HELD, MOST_WAITING, type ModelQueue, openModelQueue } from "../../inference/model-queue.ts";
import type { ProviderName } from "../../inference/provider-library.ts";
import type { ModelItem, ModelReply, TextItem } from "../../inference/request.ts";
import { type RenditionRequest, renditionKey } from "../../kinds/frame.ts";
import { MODEL_AWAITED, type Report } from "../report/events.ts";
import { timeHistogramMemory } from "../timing/time-histogram.ts";
import type { WorkerModel } from "./model-link.ts";
import { ModelNotes, type ModelView } from "./model-notes.ts";
import { openSessionLines, type SessionLines, type TakeLine } from "./session-lines.ts";
import type { OpenedSession, SessionTask, SessionWorkerData, Tower } from "./session-worker.ts";

export interface InferenceSettings {
  providers: readonly ProviderName[];
  /** For those of a GPU; none by default. */
  providerOptions?: ProviderOptions;
  /** Sessions of each model, null for one per processor on the CPU and one on an accelerator. */
  sessions: number | null;
  /** Most pictures in one run, where the model and the provider gain from several. */
  maxBatch: number;
  /** How long a picture waits for others while a session is free. */
  maxWaitMs: number;
}

/** All models of the daemon: a queue for each, with its own session threads. */
export interface ModelStore {
  /** Starts a model, or its tower for texts, unless it runs already; throws `ModelError` when no provider takes it. */
  open(id: string, tower?: Tower): Promise<void>;
  run(id: string, items: readonly ModelItem[]): Promise<{ replies: object[]; inferMs: number }>;
  /** Gives lines straight to the sessions of a model that runs, where each run has one picture, until it is ended. */
  connect(id: string, take: TakeLine): Promise<() => void>;
  /** Vectors of texts; starts the tower where nothing did. */
  embed(id: string, items: readonly TextItem[]): Promise<object[]>;
  /** Takes further descriptions; those of models that are known already must be the same. */
  learn(descriptions: ReadonlyMap<string, ModelDescription>): void;
  /** What a workflow worker knows of a model. */
  workerModel(id: string): WorkerModel;
  rendition(id: string): RenditionRequest;
  /** All that are known, for a viewer. */
  views(awaited: ReadonlyMap<string, string>): ModelView[];
  close(): Promise<void>;
}

interface OpenModel {
  queue: ModelQueue<ModelItem | TextItem, { reply: object; inferMs: number }>;
  /** Null where pictures can share a run, which the queue gathers them for. */
  lines: SessionLines | null;
}

/** Texts are few and their vectors are kept, so one session is enough. */
const TEXT_SESSIONS = 1;

export interface ModelStoreSettings {
  arena: SharedArrayBuffer;
  descriptions: ReadonlyMap<string, ModelDescription>;
  inference: InferenceSettings;
  report: Report;
  /** Where pauses of sessions' threads for the garbage collector are counted. */
  pauses?: SharedArrayBuffer;
  /** Why a model of the config is not there yet, as the end of a sentence; null for one that nothing brings. */
  whyAbsent?: (id: string) => string | null;
}

export function openModels(settings: ModelStoreSettings): ModelStore {
  const { arena, descriptions, inference, report, whyAbsent = () => null, pauses = timeHistogramMemory() } = settings;
  const models: Record<Tower, Map<string, Promise<OpenModel>>> = { pictures: new Map(), texts: new Map() };
  /** Also of models that still open. */
  const threads = new Set<Thread>();
  /** Threads that open meanwhile are closed with the others. */
  let isClosing = false;
  const known = new Map(descriptions);
  const notes = new ModelNotes();

  const described = (id: string): ModelDescription => {
    const description = known.get(id);
    if (description !== undefined) return description;
    const reason = whyAbsent(id);
    if (reason !== null)
      throw new ModelError(MODEL_AWAITED, `model "${id}" is not there yet: ${reason}`, { model: id });
    throw new ModelError("MODEL_UNKNOWN", `model "${id}" is mapped to no file`, { model: id });
  };

  async function start(id: string, tower: Tower): Promise<OpenModel> {
    const description = described(id);
    notes.opening(id, tower);
    const startedAt = performance.now();
    const { providers, providerOptions = {}, maxBatch } = inference;
    let lines: SessionLines | null = null;
    const thread = (own: SessionWorkerData["settings"]) => {
      const opening = sessionThread({ arena, description, settings: own, tower, pauses }, (message) => {
        report({ type: "session_died", model: id, message });
        lines?.died(opening);
      });
      threads.add(opening);
      return opening;
    };
    // One thread keeps the features of pictures for all prompts, and has every processor.
    const isPrompted = description.task === "prompted";
    const first = thread({
      providers,
      providerOptions,
      maxBatch,
      ...(isPrompted ? { threads: availableParallelism() } : {}),
    });
    const opened = await first.run<OpenedSession>({ type: "open" } satisfies SessionTask).catch(async (error) => {
      threads.delete(first);
      await first.close(0);
      throw error;
    });
    const { provider, refusals } = opened;
    const usual = provider === "cpu" && !isPrompted ? availableParallelism() : 1;
    const count = tower === "texts" ? TEXT_SESSIONS : (inference.sessions ?? usual);
    const crew = [first];
    const via = provider === "cpu" ? null : passesOptions() ? "shim" : "binding";
    const ms = performance.now() - startedAt;
    report({ type: "model_opened", model: id, provider, via, refusals, sessions: count, ms });
    const sharesRuns = tower === "texts" || provider !== "cpu";
    const largest = sharesRuns ? opened.maxBatch : 1;
    const queue = queueOf({ id, tower }, crew, largest);
    lines = largest === 1 && tower === "pictures" ? openSessionLines(id, crew) : null;
    notes.opened(id, tower, {
      ...{ provider, refusals, sessions: () => crew.length },
      waiting: () => queue.load().waiting + Math.max(0, (lines?.held() ?? 0) - crew.length * HELD),
      direct: () => lines?.tallies().map((tally) => tally.read()) ?? [],
    });
    // The others start on the provider that was found, without trying the ones that refused again.
    const settings = { providers: [provider], providerOptions, maxBatch: opened.maxBatch };
    void openOthers(
      { id, crew, count },
      () => thread(settings),
      (opening) => {
        crew.push(opening);
        queue.addThread();
        lines?.add(opening);
      },
    );
    return { queue, lines };
  }

  /** One at a time, while the model runs already: the first detection needs one session alone. */
  async function openOthers(
    { id, crew, count }: { id: string; crew: readonly Thread[]; count: number },
    thread: () => Thread,
    join: (opened: Thread) => void,
  ): Promise<void> {
    while (crew.length < count && !isClosing) {
      const opening = thread();
      try {
        await opening.run({ type: "open" } satisfies SessionTask);
      } catch (error) {
        threads.delete(opening);
        await opening.close(0);
        const message = messageOf(error);
        if (!isClosing) report({ type: "session_failed", model: id, sessions: crew.length, wanted: count, message });
        return;
      }
      if (!isClosing) join(opening);
    }
  }

  function queueOf(
    { id, tower }: { id: string; tower: Tower },
    threads: readonly Thread[],
    maxBatch: number,
  ): OpenModel["queue"] {
    return openModelQueue({
      model: id,
      threads: threads.length,
      // Where pictures can share a run, they had better wait together than behind a run.
      depth: maxBatch > 1 ? 1 : HELD,
      maxBatch,
      maxWaitMs: maxBatch > 1 ? inference.maxWaitMs : 0,
      queueLimit: MOST_WAITING,
      async dispatch(thread, items) {
        const task = { type: "run", items: items as ModelItem[] | TextItem[] } satisfies SessionTask;
        const answer = await threads[thread]?.run<ModelReply>(task);
        const { preMs = 0, inferMs: runMs = 0, postMs = 0 } = answer?.timings ?? {};
        notes.called(id, tower, { items: items.length, ms: preMs + runMs + postMs });
        const inferMs = runMs / items.length;
        return (answer?.replies ?? []).map((reply) => ({ reply, inferMs }));
      },
    });
  }

  async function running(id: string, tower: Tower): Promise<OpenModel> {
    const known = models[tower];
    const opening = known.get(id) ?? start(id, tower);
    known.set(id, opening);
    // One that did not start may be tried again.
    return opening.catch((error: unknown) => {
      if (known.get(id) === opening) known.delete(id);
      notes.failed(id, tower, messageOf(error));
      throw error;
    });
  }

  async function submitAll({ queue }: OpenModel, items: readonly (ModelItem | TextItem)[]) {
    const answers = await Promise.all(items.map((item) => queue.submit(item)));
    return {
      replies: answers.map(({ reply }) => reply),
      inferMs: Math.max(0, ...answers.map(({ inferMs }) => inferMs)),
    };
  }

  return {
    async open(id, tower = towerOf(described(id))) {
      await running(id, tower);
    },
    learn(more) {
      for (const [id, description] of more) known.set(id, description);
    },
    async run(id, items) {
      return submitAll(await (models.pictures.get(id) ?? Promise.reject(described(id))), items);
    },
    async connect(id, take) {
      const { lines } = await (models.pictures.get(id) ?? Promise.reject(described(id)));
      return lines?.connect(take) ?? (() => {});
    },
    async embed(id, items) {
      return (await submitAll(await running(id, "texts"), items)).replies;
    },
    workerModel(id) {
      const { task, ...description } = described(id);
      if (task === null) throw new BugError(`model "${id}" has no task`);
      const { classes, points, recommended, texts } = description;
      const rendition = renditionOf({ task, ...description });
      const seen = { renditionKey: renditionKey(rendition), input: wholeInput(rendition) };
      return { ...seen, task, classes, points, recommended, takesTexts: texts !== null };
    },
    views: (awaited) => notes.views(known, awaited),
    rendition: (id) => renditionOf(described(id)),
    async close() {
      isClosing = true;
      const opening = Object.values(models).flatMap((known) => [...known.values()]);
      const queues = opening.map((model) =>
        model.then(
          ({ queue }) => queue.close(),
          () => {},
        ),
      );
      // The end of its threads is that of an opening, too.
      await Promise.all([...queues, ...[...threads].map((thread) => thread.close(CLOSE_MS))]);
    },
  };
}

/** Of what is made of a whole picture. */
function wholeInput({ fit, part, width, height }: RenditionRequest): WorkerModel["input"] {
  return fit === "none" || fit === "crop_center" || part !== undefined ? null : { width, height };
}

/** What a model is first of all for. */
function towerOf({ input, texts }: ModelDescription): Tower {
  return input === null && texts !== null ? "texts" : "pictures";
}

const CLOSE_MS = 2000;

function sessionThread(workerData: SessionWorkerData, died: (why: string) => void): Thread {
  return openThread({
    ...workerEntry("daemon/models/session-worker"),
    workerData,
    concurrency: HELD,
    maxQueue: 16,
    died,
  });
}
