import type { MessagePort } from "node:worker_threads";
import { BugError, ModelError, messageOf } from "../../base/errors.ts";
import { steadyMs } from "../../base/steady-clock.ts";
import type { ModelService } from "../../blocks/contract/services.ts";
import type { ModelItem, PixelRef, TextItem } from "../../inference/request.ts";
import { type FrameHandle, FULL_RGB, type RegionCount, renditionKey } from "../../kinds/frame.ts";
import { type Image, isImage } from "../../kinds/image.ts";
import type { RecommendedScores } from "../../kinds/least-score.ts";
import { type Embedding, type NamedParameters, SERVES, TASK_TITLES, type TaskName } from "../../kinds/model-task.ts";
import { keepVectors } from "./kept-vectors.ts";
import { ModelLines } from "./model-lines.ts";
import { openRegionLooks, type RegionQuestion } from "./region-looks.ts";
import { openReplyMemory } from "./reply-memory.ts";
import type { SessionLine, TakeLine } from "./session-lines.ts";

// The line between the thread that runs a workflow and the main thread, which owns the models.

/** What a workflow worker knows of a model: which rendition of a frame feeds it, what it is for, and its class names. */
export interface WorkerModel {
  renditionKey: string;
  task: TaskName;
  classes: readonly string[];
  points: readonly (readonly string[])[];
  recommended: RecommendedScores | null;
  /** Whether it makes vectors of texts. */
  takesTexts: boolean;
  /** Size of what it makes of a whole picture; null where it takes pictures as they are, or sees only a part of them. */
  input: { width: number; height: number } | null;
}

export type ModelRequest =
  | { id: number; model: string; items: ModelItem[] }
  | { id: number; model: string; texts: TextItem[] }
  /** Starts a model for a generated workflow. */
  | { id: number; open: string };

export type ModelAnswer =
  | { id: number; replies: object[]; inferMs: number }
  | { id: number; opened: WorkerModel }
  | { id: number; error: { code: string; message: string } };

/** What the main thread says by itself: a session can be asked without it. */
type LineWord = { line: SessionLine };

export interface ModelLink extends ModelService {
  /** Milliseconds that models have worked on one of these frames at most, its crops included. */
  inferMs(frames: readonly FrameHandle[]): number;
  /** Milliseconds that one of them has waited for models at most, their work aside. */
  waitMs(frames: readonly FrameHandle[]): number;
  /** Models that have answered about this frame with their last result, one for each answer. */
  reused(frame: FrameHandle): readonly string[];
  /** Of this frame, over all models. */
  regions(frame: FrameHandle): RegionCount;
  /** Forgets a camera that is gone. */
  forget(camera: string): void;
  /** Starts a model unless it runs already; throws `ModelError`. */
  open(model: string): Promise<void>;
  /** Models that run already and were not known before. */
  learn(known: ReadonlyMap<string, WorkerModel>): void;
}

/** The worker's end: a `ModelService` whose results come from the owner of the model. */
export function openModelLink(
  port: MessagePort,
  known: ReadonlyMap<string, WorkerModel>,
  arena: SharedArrayBuffer,
): ModelLink {
  const models = new Map(known);
  const waiting = new Map<number, Waiting>();
  const opening = new Map<string, Promise<void>>();
  /** By frame, as batches overlap. */
  const times = new WeakMap<FrameHandle, { inferMs: number; waitMs: number }>();
  const reused = new WeakMap<FrameHandle, string[]>();
  const memory = openReplyMemory(arena);
  const regions = openRegionLooks(arena);
  const vectors = keepVectors();
  const lines = new ModelLines();
  let nextId = 0;

  port.on("message", (answer: ModelAnswer | LineWord) => {
    if ("line" in answer) {
      lines.take(answer.line);
      return;
    }
    const request = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) request?.reject(new ModelError(answer.error.code, answer.error.message));
    else if ("opened" in answer) request?.resolve(answer.opened);
    else {
      if (request !== undefined) note(request, answer.inferMs);
      request?.resolve(answer.replies);
    }
  });

  return {
    inferMs: (frames) => Math.max(0, ...frames.map((frame) => times.get(frame)?.inferMs ?? 0)),
    waitMs: (frames) => Math.max(0, ...frames.map((frame) => times.get(frame)?.waitMs ?? 0)),
    reused: (frame) => reused.get(frame) ?? [],
    regions: (frame) => regions.counts(frame),
    forget(camera) {
      memory.forget(camera);
      regions.forget(camera);
    },
    serves: (task, modelId) => SERVES[models.get(modelId)?.task ?? task].includes(task),
    async run(task, modelId, given, parameters) {
      const model = models.get(modelId);
      if (model === undefined) throw unknownModel(modelId, models);
      if (task === "embed_text" && model.takesTexts) {
        const found = await vectors.vectorsOf(modelId, given as readonly string[], (texts) => embed(modelId, texts));
        return found.map((vector) => ({ reply: { vector } as never, classes: [], points: [] }));
      }
      if (!SERVES[model.task].includes(task)) throw otherTask(modelId, model.task, task);
      const images = given.map((image) => {
        if (!isImage(image)) throw new BugError("a model was given something that is no image");
        return image;
      });
      const itemOf = (image: Image): ModelItem => {
        const { width, height } = image;
        return { task, source: pixelsFor(image, model.renditionKey), width, height, parameters };
      };
      const asking: Asking = { model: modelId, task, parameters, input: model.input, question: "", itemOf };
      const isKnown = images.some((image) => memory.covers(image) || regions.covers(image, asking));
      if (isKnown) asking.question = JSON.stringify([modelId, task, parameters]);
      const replies = await (isKnown ? answers(asking, images) : askAbout(asking, images));
      const { points, recommended } = model;
      const classes = model.task === "detect_named" ? (parameters as NamedParameters).names : model.classes;
      // The reply is of the task that was asked.
      return replies.map((reply) => ({ reply: reply as never, classes, points, recommended }));
    },
    async open(model) {
      if (models.has(model)) return;
      const started = opening.get(model) ?? start(model).finally(() => opening.delete(model));
      opening.set(model, started);
      await started;
    },
    learn(more) {
      for (const [id, model] of more) models.set(id, model);
    },
  };

  function note({ frames, askedAt }: Pick<Waiting, "frames" | "askedAt">, ms: number): void {
    const waitedMs = Math.max(0, steadyMs() - askedAt - ms);
    for (const frame of frames) {
      const { inferMs, waitMs } = times.get(frame) ?? NO_TIME;
      times.set(frame, { inferMs: inferMs + ms, waitMs: waitMs + waitedMs });
    }
  }

  /** Asks about the pictures for which no earlier reply is valid. */
  function answers(asking: Asking, images: readonly Image[]): Promise<object[]> {
    const standing = images.map((image) => memory.standing(image, asking.question));
    const fresh = images.filter((_, i) => standing[i] === null);
    const replies = fresh.length === 0 ? NO_REPLIES : look(asking, fresh);
    let next = 0;
    const given = images.map((image, i) => {
      const earlier = standing[i];
      if (earlier) return earlier.then(noting(image, asking.model), () => askOne(asking, image));
      const at = next++;
      const reply = replies.then((found) => found[at] as object);
      memory.asked(image, asking.question, reply);
      return reply;
    });
    return Promise.all(given);
  }

  /** The earlier reply failed after all. */
  async function askOne(asking: Asking, image: Image): Promise<object> {
    const reply = look(asking, [image]).then(([found]) => found as object);
    memory.asked(image, asking.question, reply);
    return reply;
  }

  /** Large pictures of some cameras in their parts as well. */
  function look(asking: Asking, images: readonly Image[]): Promise<object[]> {
    const inParts = images.map((image) => regions.covers(image, asking));
    const plain = images.filter((_, i) => inParts[i] === false);
    const replies = plain.length === 0 ? NO_REPLIES : askAbout(asking, plain);
    if (plain.length === images.length) return replies;
    let next = 0;
    const found = images.map((image, i): Promise<object> => {
      if (inParts[i] === true) return regions.look(image, asking, (parts) => askAbout(asking, parts));
      const at = next++;
      return replies.then((all) => all[at] as object);
    });
    return Promise.all(found);
  }

  function askAbout({ model, itemOf }: Asking, images: readonly Image[]): Promise<object[]> {
    const items = images.map(itemOf);
    const frames = framesOf(images);
    const askedAt = steadyMs();
    const direct = lines.run(model, items);
    if (direct === null) return ask<object[]>({ id: nextId++, model, items }, frames);
    return direct.then(({ replies, inferMs }) => {
      note({ frames, askedAt }, inferMs);
      return replies;
    });
  }

  function noting({ pixels }: Image, model: string) {
    return (reply: object) => {
      if (pixels.type === "frame") reused.set(pixels.frame, [...(reused.get(pixels.frame) ?? []), model]);
      return reply;
    };
  }

  async function embed(model: string, given: readonly string[]): Promise<Float32Array[]> {
    const texts = given.map((text): TextItem => ({ task: "embed_text", text }));
    const replies = await ask<object[]>({ id: nextId++, model, texts }, new Set());
    return (replies as Embedding[]).map(({ vector }) => vector);
  }

  async function start(model: string): Promise<void> {
    models.set(model, await ask<WorkerModel>({ id: nextId++, open: model }, new Set()));
  }

  function ask<T extends object[] | WorkerModel>(request: ModelRequest, frames: Waiting["frames"]): Promise<T> {
    return new Promise((resolve, reject) => {
      // The answer is of the kind of the question.
      waiting.set(request.id, { resolve: resolve as Waiting["resolve"], reject, frames, askedAt: steadyMs() });
      port.postMessage(request);
    });
  }
}

const NO_REPLIES: Promise<object[]> = Promise.resolve([]);
const NO_TIME = { inferMs: 0, waitMs: 0 };

interface Asking extends RegionQuestion {
  model: string;
  itemOf: (image: Image) => ModelItem;
}

interface Waiting {
  frames: ReadonlySet<FrameHandle>;
  askedAt: number;
  resolve: (answer: object[] | WorkerModel) => void;
  reject: (error: Error) => void;
}

/** Pictures that something was drawn on belong to no frame any more. */
function framesOf(images: readonly Image[]): Set<FrameHandle> {
  return new Set(images.flatMap(({ pixels }) => (pixels.type === "frame" ? [pixels.frame] : [])));
}

export interface ServedModels {
  run: (model: string, items: readonly ModelItem[]) => Promise<{ replies: object[]; inferMs: number }>;
  /** Vectors of texts. */
  embed: (model: string, texts: readonly TextItem[]) => Promise<object[]>;
  open: (model: string) => Promise<WorkerModel>;
  /** Gives lines to the sessions of a model until it is ended; without it everything is asked here. */
  connect?: (model: string, take: TakeLine) => Promise<() => void>;
}

/** The main thread's end: passes requests on and posts back what they give, and connects to the sessions of what is asked. */
export function serveModels(port: MessagePort, { run, embed, open, connect }: ServedModels): void {
  const connections = new Map<string, Promise<() => void>>();
  const connectOnce = (model: string) => {
    if (connect === undefined || connections.has(model)) return;
    const connection = connect(model, (line) => port.postMessage({ line } satisfies LineWord, [line.port]));
    connections.set(model, connection);
    connection.catch(() => connections.delete(model));
  };
  port.once("close", () => {
    for (const connection of connections.values()) void connection.then((end) => end()).catch(() => {});
  });
  const answer = async (request: ModelRequest): Promise<ModelAnswer> => {
    const { id } = request;
    try {
      if ("open" in request) return { id, opened: await open(request.open) };
      if ("texts" in request) return { id, replies: await embed(request.model, request.texts), inferMs: 0 };
      connectOnce(request.model);
      return { id, ...(await run(request.model, request.items)) };
    } catch (error) {
      const code = error instanceof ModelError ? error.code : "MODEL_FAILED";
      return { id, error: { code, message: messageOf(error) } };
    }
  };
  port.on("message", (request: ModelRequest) => void answer(request).then((found) => port.postMessage(found)));
}

/** The decoder's rendition for the model when there is one; otherwise the region of the full picture. */
function pixelsFor({ pixels, width, height }: Image, key: string): PixelRef {
  if (pixels.type === "owned") return { type: "owned", rgb: pixels.rgb, width, height };
  const { frame, region } = pixels;
  const fitted =
    region === null && key !== renditionKey(FULL_RGB)
      ? frame.renditions.find((rendition) => rendition.key === key)
      : undefined;
  if (fitted !== undefined) return { type: "fitted", offset: fitted.offset };
  const full = frame.renditions.find((rendition) => rendition.key === renditionKey(FULL_RGB));
  if (full === undefined) throw new BugError(`frame of "${frame.camera}" lacks the full picture`);
  const { x, y } = region ?? { x: 0, y: 0 };
  return { type: "region", offset: full.offset, frameWidth: full.width, frameHeight: full.height, x, y, width, height };
}

function otherTask(model: string, own: TaskName, asked: TaskName): ModelError {
  const message = `model "${model}" is for ${TASK_TITLES[own]}, and was asked for ${TASK_TITLES[asked]}`;
  return new ModelError("MODEL_TASK", message, { model, task: own, asked });
}

function unknownModel(modelId: string, models: ReadonlyMap<string, WorkerModel>): ModelError {
  const known = [...models.keys()].join(", ") || "none";
  const message = `model "${modelId}" is mapped to no file (mapped: ${known})`;
  return new ModelError("MODEL_UNKNOWN", message, { model: modelId });
}
