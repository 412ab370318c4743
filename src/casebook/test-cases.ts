import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { byDeadline } from "../base/deadline.ts";
import { ConfigError, MillraceError, messageOf } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { openCommandModels } from "../daemon/commands/one-workflow.ts";
import type { ModelConfig } from "../daemon/config/schema/config-schema.ts";
import { serveModels } from "../daemon/models/model-link.ts";
import type { ModelStore } from "../daemon/models/models.ts";
import { loadLibrary } from "../daemon/plugins/library.ts";
import type { PluginNames } from "../daemon/plugins/plugins.ts";
import { inspectConfigured } from "../daemon/prepare/model-list.ts";
import { openThread, type Thread } from "../engine/thread.ts";
import { workerEntry } from "../engine/worker-entry.ts";
import type { ModelDescription } from "../inference/description.ts";
import type { CaseTask } from "./case-worker.ts";
import { findCases } from "./find-cases.ts";
import { typesFilter } from "./only-types.ts";
import type { CaseVerdict } from "./test-case.ts";

export interface CasebookSettings {
  /** Files and folders of cases. */
  paths: readonly string[];
  models: Readonly<Record<string, ModelConfig>>;
  /** Plugins beside those of the environment. */
  plugins?: PluginNames;
  /** Whether `expected` is rewritten where it differs. */
  update: boolean;
  /** Block types that cases have to use, all if empty. */
  only: readonly string[];
  /** Most cases at a time; one for each processor by default. */
  threads?: number;
  /** A case that takes longer has failed. */
  limitMs?: number;
  /** Receives each verdict, in the order of the cases. */
  onVerdict: (verdict: CaseVerdict) => void;
}

const LIMIT_MS = 120_000;
const NO_PLUGINS: PluginNames = { names: [], folder: "." };

/** Runs cases on a few threads, each on an engine of its own. Throws a `UserError` for what is no case or model. */
export async function testCases(settings: CasebookSettings): Promise<void> {
  const { paths, only, threads = availableParallelism(), update, limitMs = LIMIT_MS, onVerdict } = settings;
  const { plugins = NO_PLUGINS } = settings;
  const files = await typesFilter(await findCases(paths), only);
  const models = openCommandModels(new SharedArrayBuffer(64), await describe(settings.models, plugins));
  const verdicts = inOrder(onVerdict);
  let next = 0;
  const work = async () => {
    const runner = openRunner(models, limitMs);
    try {
      for (let i = next++; i < files.length; i = next++)
        verdicts.put(i, await runner.run({ file: files[i] ?? "", update, plugins }));
    } finally {
      await runner.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, files.length) }, work));
  } finally {
    await models.close();
  }
}

async function describe(
  models: CasebookSettings["models"],
  plugins: PluginNames,
): Promise<Map<string, ModelDescription>> {
  const issues: Issue[] = [];
  const found = new Map<string, ModelDescription>();
  const { installed } = await loadLibrary({ plugins });
  for (const { id, description, error } of await inspectConfigured({ models }, installed)) {
    if (description !== null) found.set(id, description);
    else issues.push({ code: "FLAG_MODEL", path: "", message: `--model ${id}: ${error}` });
  }
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
  return found;
}

/** Passes results on in the order of their numbers. */
function inOrder<T>(pass: (result: T) => void): { put(at: number, result: T): void } {
  const waiting = new Map<number, T>();
  let next = 0;
  return {
    put(at, result) {
      waiting.set(at, result);
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(++next)) {
        waiting.delete(next);
        pass(ready);
      }
    },
  };
}

/** A thread that runs cases; one that a case took down, or held up for too long, is replaced. */
function openRunner(models: ModelStore, limitMs: number) {
  let thread: Thread | null = null;

  async function run(task: CaseTask): Promise<CaseVerdict> {
    const transfer: MessagePort[] = [];
    if (thread === null) {
      thread = openThread({
        ...workerEntry("casebook/case-worker"),
        workerData: null,
        concurrency: 1,
        maxQueue: 1,
      });
      task.port = modelPort(models);
      transfer.push(task.port);
    }
    const late = () => new MillraceError("CASE_TIMEOUT", `took more than ${limitMs / 1000} s`);
    try {
      const runner = thread;
      return await byDeadline({ limitMs, late }, (deadline) => runner.run<CaseVerdict>(task, { deadline, transfer }));
    } catch (error) {
      await close();
      return lost(task.file, messageOf(error));
    }
  }

  async function close(): Promise<void> {
    const ending = thread;
    thread = null;
    await ending?.close(0);
  }
  return { run, close };
}

function modelPort(models: ModelStore) {
  const { port1, port2 } = new MessageChannel();
  serveModels(port1, {
    run: (model, items) => models.run(model, items),
    embed: (model, items) => models.embed(model, items),
    async open(model) {
      await models.open(model);
      return models.workerModel(model);
    },
  });
  port1.unref();
  return port2;
}

function lost(file: string, message: string): CaseVerdict {
  const difference = { path: "", step: null, expected: "an answer", found: "none", message };
  return { file, name: file, types: [], status: "failed", differences: [difference] };
}
