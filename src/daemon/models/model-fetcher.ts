import { pause } from "../../base/clock.ts";
import { shownDownload } from "../../base/download-address.ts";
import { MillraceError, messageOf } from "../../base/errors.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import type { Report } from "../report/events.ts";
import type { AwaitedModel } from "./awaited-model.ts";
import { download } from "./download.ts";

export interface FetcherSettings {
  report: Report;
  /** Called for each file that has come. */
  fetched: () => void;
  retry?: { firstMs: number; longestMs: number };
  idleMs?: number;
}

const RETRY = { firstMs: 2000, longestMs: 600_000 };
const PROGRESS_MS = 10_000;

interface Loop {
  key: string;
  stop: AbortController;
  ended: Promise<void>;
}

/** Downloads models beside everything that runs; each is retried until it is there or no longer wanted. */
export class ModelFetcher {
  readonly #settings: FetcherSettings;
  /** By the file that is to come, which several ids may share. */
  readonly #loops = new Map<string, Loop>();
  /** Loops that were stopped and may still write. */
  readonly #ending = new Map<string, Promise<void>>();
  /** Why a file is not there. */
  readonly #reasons = new Map<string, string>();
  readonly #paths = new Map<string, string>();

  constructor(settings: FetcherSettings) {
    this.#settings = settings;
  }

  /** Replaces what is wanted; downloads that stay wanted go on. */
  want(models: readonly AwaitedModel[]): void {
    const wanted = new Map(models.toReversed().map((model) => [model.path, model]));
    for (const { id, path } of models) this.#paths.set(id, path);
    for (const [path, { key }] of this.#loops) {
      const model = wanted.get(path);
      if (model === undefined || keyOf(model) !== key) this.#stop(path);
    }
    for (const model of wanted.values()) if (!this.#loops.has(model.path)) this.#start(model);
  }

  /** Why a model is not there, as the end of a sentence; null for one that was never wanted. */
  reason(id: string): string | null {
    return this.#reasons.get(this.#paths.get(id) ?? "") ?? null;
  }

  async close(): Promise<void> {
    for (const path of this.#loops.keys()) this.#stop(path);
    await Promise.all(this.#ending.values());
  }

  #start(model: AwaitedModel): void {
    const { path, url } = model;
    const stop = new AbortController();
    this.#reasons.set(path, `it is downloaded from ${shownDownload(url)} first`);
    const before = this.#ending.get(path) ?? Promise.resolve();
    const ended = before.then(() => this.#fetch(model, stop.signal));
    const loop = { key: keyOf(model), stop, ended };
    this.#loops.set(path, loop);
    void ended.finally(() => {
      if (this.#loops.get(path) === loop) this.#loops.delete(path);
    });
  }

  #stop(path: string): void {
    const loop = this.#loops.get(path);
    if (loop === undefined) return;
    loop.stop.abort();
    this.#loops.delete(path);
    this.#ending.set(path, loop.ended);
  }

  async #fetch(model: AwaitedModel, signal: AbortSignal): Promise<void> {
    const { retry = RETRY, report } = this.#settings;
    const gate = new RetryGate({ ...retry, jitter: 0.5 });
    while (!signal.aborted) {
      const error = await this.#attempt(model, signal);
      if (error === null || signal.aborted) return;
      const { code, message } = error;
      const waitMs = gate.failed();
      // What is another file now is likely to be one for a while.
      const nextRetryMs = code === "MODEL_CHECKSUM" ? retry.longestMs : waitMs;
      this.#reasons.set(model.path, message);
      report({ type: "model_download_failed", model: model.id, code, message, nextRetryMs });
      await pause(nextRetryMs, { signal });
    }
  }

  /** Null once the file is there. */
  async #attempt(model: AwaitedModel, signal: AbortSignal): Promise<{ code: string; message: string } | null> {
    const { report, idleMs, fetched } = this.#settings;
    const { id, path } = model;
    const startedAt = performance.now();
    const progress = this.#progressOf(model);
    try {
      const { sizeBytes } = await download({ ...model, signal, progress, ...(idleMs === undefined ? {} : { idleMs }) });
      this.#reasons.set(path, "it has come and cannot be used; the log says why");
      report({ type: "model_downloaded", model: id, path, sizeBytes, ms: performance.now() - startedAt });
      fetched();
      return null;
    } catch (error) {
      return { code: error instanceof MillraceError ? error.code : "MODEL_DOWNLOAD", message: messageOf(error) };
    }
  }

  #progressOf({ id, url }: AwaitedModel) {
    const { report } = this.#settings;
    let said = Number.NEGATIVE_INFINITY;
    return (doneBytes: number, totalBytes: number | null) => {
      if (performance.now() - said < PROGRESS_MS) return;
      said = performance.now();
      report({ type: "model_downloading", model: id, url: shownDownload(url), doneBytes, totalBytes });
    };
  }
}

function keyOf({ id: _, ...source }: AwaitedModel): string {
  return JSON.stringify(source);
}
