import { MessageChannel } from "node:worker_threads";
import { byDeadline } from "../../base/deadline.ts";
import { MillraceError } from "../../base/errors.ts";
import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import type { Thread } from "../../engine/thread.ts";
import { type AskedModel, askedModels } from "../models/asked-models.ts";
import { serveModels, type WorkerModel } from "../models/model-link.ts";
import type { ModelStore } from "../models/models.ts";
import { type CodeLink, openCodeLink } from "./code-link.ts";
import type { PictureWord } from "./event-pictures.ts";
import type { WorkerDefinition } from "./workflow-runner.ts";
import type { WorkerReply, WorkerTask } from "./workflow-worker.ts";

export interface WorkerOpening {
  models: ModelStore;
  report: (event: CodeEvent) => void;
  /** Receives pictures of events. */
  pictured: (word: PictureWord) => void;
  limitMs: number;
}

/** Opens a definition on a thread that has none, after the models that it names; gives the line to its code. */
export async function openWorker(
  thread: Thread,
  definition: WorkerDefinition,
  { models, report, pictured, limitMs }: WorkerOpening,
): Promise<CodeLink> {
  const { port1, port2: port } = new MessageChannel();
  serveModels(port1, {
    run: (model, items) => models.run(model, items),
    connect: (model, take) => models.connect(model, take),
    embed: (model, items) => models.embed(model, items),
    async open(model) {
      await models.open(model);
      return models.workerModel(model);
    },
  });
  port1.unref();
  const { port1: nearPort, port2: codePort } = new MessageChannel();
  const link = openCodeLink(nearPort, report);
  const { port1: picturesIn, port2: picturePort } = new MessageChannel();
  picturesIn.on("message", pictured);
  picturesIn.unref();
  const known = await workerModels(models, definition);
  const task = { type: "open", port, codePort, picturePort, models: known, definition } as const;
  const reply = await runToOpen(thread, task, limitMs);
  if (reply.type === "failed") throw failure(reply);
  return link;
}

/** Starts the models of a definition; gives what its thread must know of them. */
export async function workerModels(
  models: ModelStore,
  { plan, parameters }: WorkerDefinition,
): Promise<ReadonlyMap<string, WorkerModel>> {
  const asked = askedModels(plan.models, plan, parameters);
  await openAsked(models, asked);
  return new Map(asked.map(({ id }) => [id, models.workerModel(id)]));
}

/** Starts models for what they are asked. */
export async function openAsked(models: ModelStore, asked: readonly AskedModel[]): Promise<void> {
  await Promise.all(asked.map(({ id, task }) => (task === "embed_text" ? models.open(id, "texts") : models.open(id))));
}

/** Code that loops while it is loaded would block the daemon with all its pipelines. */
async function runToOpen(thread: Thread, task: Extract<WorkerTask, { type: "open" }>, limitMs: number) {
  const message = `the workflow did not open within ${limitMs} ms: its thread was ended`;
  const late = (cause: unknown) => new MillraceError("LANE_TIMEOUT", message, {}, { cause });
  return byDeadline({ limitMs, late }, (deadline) =>
    thread.run<WorkerReply>(task, { transfer: [task.port, task.codePort, task.picturePort], deadline }),
  );
}

/** What a thread answered as a failure. */
export function failure({ code, message, details }: Extract<WorkerReply, { type: "failed" }>): MillraceError {
  return new MillraceError(code, message, details);
}
