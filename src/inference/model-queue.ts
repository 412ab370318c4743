// The queue of a model, on the main thread: gathers items from every camera and hands batches to free threads.
import { type Clock, systemClock } from "../base/clock.ts";
import { BugError, MillraceError, ModelError, messageOf } from "../base/errors.ts";

/** Batches that a thread holds where each has one item: the one that it runs and the next, so that it never waits for work. */
export const HELD = 2;
/** Most items of a model that wait. */
export const MOST_WAITING = 1024;

export interface ModelQueueSettings<Item, Reply> {
  /** Name of the model in messages. */
  model: string;
  /** Threads that hold a session of it, numbered from 0; `addThread` adds others. */
  threads: number;
  /** Batches a thread may hold, the one it runs included; with a second one at hand it never rests. Default 1. */
  depth?: number;
  /** Most items in one batch. */
  maxBatch: number;
  /** How long an item waits for others while a thread is free. */
  maxWaitMs: number;
  /** Most items that wait; more are refused. */
  queueLimit: number;
  /** Runs a batch on a thread; one reply for each item in order. */
  dispatch(thread: number, items: Item[]): Promise<Reply[]>;
  clock?: Clock;
}

export interface ModelQueue<Item, Reply> {
  /** Settles with the reply, or with a `ModelError`: MODEL_BUSY, MODEL_CLOSED, or what the dispatch failed with. */
  submit(item: Item): Promise<Reply>;
  /** Another thread holds a session from now on; it has the next number. */
  addThread(): void;
  /** Items waiting for a thread, and batches being run. */
  load(): { waiting: number; running: number };
  /** Refuses what waits and everything from now on; resolves when the running batches have settled. */
  close(): Promise<void>;
}

/** Opens the queue of a model: first come, first served, in batches of the same or of different cameras. */
export function openModelQueue<Item, Reply>(settings: ModelQueueSettings<Item, Reply>): ModelQueue<Item, Reply> {
  return new Queue(settings);
}

interface Waiting<Item, Reply> {
  item: Item;
  since: number;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

class Queue<Item, Reply> implements ModelQueue<Item, Reply> {
  readonly #settings: ModelQueueSettings<Item, Reply>;
  readonly #clock: Clock;
  /** Batches each thread holds. */
  readonly #held: number[];
  readonly #running = new Set<Promise<void>>();
  #queue: Waiting<Item, Reply>[] = [];
  #cancelDeadline: (() => void) | null = null;
  #isClosed = false;

  constructor(settings: ModelQueueSettings<Item, Reply>) {
    this.#settings = settings;
    this.#clock = settings.clock ?? systemClock;
    this.#held = Array.from({ length: settings.threads }, () => 0);
  }

  submit(item: Item): Promise<Reply> {
    const { model, queueLimit } = this.#settings;
    if (this.#isClosed) return Promise.reject(closed(model));
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, since: this.#clock.now(), resolve, reject });
      this.#pump();
      // Only what no thread could take at once counts as waiting.
      if (this.#queue.length > queueLimit) this.#queue.pop()?.reject(modelBusy(model, queueLimit));
    });
  }

  addThread(): void {
    this.#held.push(0);
    if (!this.#isClosed) this.#pump();
  }

  load() {
    return { waiting: this.#queue.length, running: this.#running.size };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopDeadline();
    for (const { reject } of this.#queue.splice(0)) reject(closed(this.#settings.model));
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #pump(): void {
    this.#stopDeadline();
    while (this.#queue.length > 0) {
      const thread = this.#freest();
      if (thread === null) return;
      const waitMs = this.#waitLeftMs();
      if (waitMs > 0) {
        this.#cancelDeadline = this.#clock.after(waitMs, () => this.#pump());
        return;
      }
      this.#start(thread, this.#queue.splice(0, this.#settings.maxBatch));
    }
  }

  /** The thread with the fewest batches, null when all hold as many as they may. */
  #freest(): number | null {
    const fewest = Math.min(...this.#held);
    return fewest < (this.#settings.depth ?? 1) ? this.#held.indexOf(fewest) : null;
  }

  /** Milliseconds that the oldest item may still wait for company. */
  #waitLeftMs(): number {
    const { maxBatch, maxWaitMs, queueLimit } = this.#settings;
    const [oldest] = this.#queue;
    const isFull = this.#queue.length >= maxBatch || this.#queue.length > queueLimit;
    if (oldest === undefined || isFull) return 0;
    return oldest.since + maxWaitMs - this.#clock.now();
  }

  #start(thread: number, batch: Waiting<Item, Reply>[]): void {
    this.#held[thread] = (this.#held[thread] ?? 0) + 1;
    const run = this.#run(thread, batch).finally(() => {
      this.#running.delete(run);
      this.#held[thread] = (this.#held[thread] ?? 1) - 1;
      if (!this.#isClosed) this.#pump();
    });
    this.#running.add(run);
  }

  async #run(thread: number, batch: Waiting<Item, Reply>[]): Promise<void> {
    const { dispatch, model } = this.#settings;
    try {
      const replies = await dispatch(
        thread,
        batch.map(({ item }) => item),
      );
      if (replies.length !== batch.length) throw new BugError(`${replies.length} replies to ${batch.length} items`);
      for (const [index, { resolve }] of batch.entries()) resolve(replies[index] as Reply);
    } catch (error) {
      const failure = error instanceof MillraceError ? error : runFailed(model, error);
      for (const { reject } of batch) reject(failure);
    }
  }

  #stopDeadline(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = null;
  }
}

/** For an item that is one too many. */
export function modelBusy(model: string, queueLimit: number): ModelError {
  const message = `model "${model}": ${queueLimit} items are waiting already, this one is refused`;
  return new ModelError("MODEL_BUSY", message, { model, queueLimit });
}

function closed(model: string): ModelError {
  return new ModelError("MODEL_CLOSED", `model "${model}": closed`, { model });
}

export function runFailed(model: string, cause: unknown): ModelError {
  const message = `model "${model}": run failed: ${messageOf(cause)}`;
  return new ModelError("MODEL_RUN_FAILED", message, { model }, { cause });
}
