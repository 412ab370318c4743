import { setTimeout as delay } from "node:timers/promises";
import { Piscina } from "piscina";
import { BugError } from "../base/errors.ts";

export interface ThreadSettings {
  /** Module whose default export runs tasks. */
  filename: string;
  execArgv: readonly string[];
  /** Given to the thread, and again to the one that replaces it should it die. */
  workerData: unknown;
  /** Tasks that may be under way at once; more than one only for threads that wait for others. */
  concurrency: number;
  /** Most tasks waiting for the thread; more are refused. */
  maxQueue: number;
}

export interface RunOptions {
  transfer?: readonly (ArrayBuffer | MessagePort)[];
  /** Aborting ends the thread with every task on it: nothing else stops code that does not return. */
  signal?: AbortSignal;
}

type MessagePort = import("node:worker_threads").MessagePort;

/** One worker thread with an address of its own: state kept in it is never split. A dead thread is replaced at once. */
export interface Thread {
  run<Result>(task: unknown, options?: RunOptions): Promise<Result>;
  /** Waits for running tasks up to the deadline, then ends the thread. */
  close(deadlineMs: number): Promise<void>;
}

/** Opens a thread as a piscina pool of exactly one. */
export function openThread({ filename, execArgv, workerData, concurrency, maxQueue }: ThreadSettings): Thread {
  const pool = new Piscina({
    filename,
    execArgv: [...execArgv],
    workerData,
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: concurrency,
    maxQueue,
    idleTimeout: Number.POSITIVE_INFINITY,
    // A thread that waits for others must turn its event loop; one that only computes may sleep on the queue.
    atomics: concurrency > 1 ? "disabled" : "sync",
  });
  // A thread that dies without a task to blame is replaced; its tasks were rejected with the reason.
  pool.on("error", () => {});
  // The pool gives up on threads when one ends before it is ready, so one that still starts is left to do so.
  let ready: Piscina["threads"][number] | undefined;
  pool.on("workerCreate", () => {
    ready = pool.threads[0];
  });
  let ending: Promise<unknown> | undefined;
  const endReady = () => {
    if (pool.threads[0] === ready) ending = ready?.terminate();
  };
  const running = new Set<Promise<unknown>>();
  return {
    async run(task, { transfer, signal } = {}) {
      // What is given to a thread that is ending goes with it.
      if (ending !== undefined) await ending;
      signal?.throwIfAborted();
      // The pool is not told of the signal: a task that can be aborted would get the thread to itself.
      const done = pool.run(task, transfer === undefined ? {} : { transferList: [...transfer] });
      running.add(done);
      done.catch(() => {}).finally(() => running.delete(done));
      if (signal === undefined) return done;
      const abort = onAbort(signal, endReady);
      try {
        return await Promise.race([done, abort.rejection]);
      } finally {
        abort.cancel();
      }
    },
    // The pool's own way to close waits half a minute for a task that was ended by force.
    async close(deadlineMs) {
      if (deadlineMs < 0) throw new BugError("a deadline is not negative");
      const expired = new AbortController();
      const expiry = delay(deadlineMs, undefined, { signal: expired.signal }).catch(() => {});
      await Promise.race([Promise.allSettled(running), expiry]);
      expired.abort();
      await pool.destroy();
    },
  };
}

function onAbort(signal: AbortSignal, act: () => void): { rejection: Promise<never>; cancel(): void } {
  let listener = () => {};
  const rejection = new Promise<never>((_, reject) => {
    listener = () => {
      act();
      reject(signal.reason);
    };
  });
  signal.addEventListener("abort", listener, { once: true });
  return { rejection, cancel: () => signal.removeEventListener("abort", listener) };
}
