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
  const running = new Set<Promise<unknown>>();
  return {
    async run(task, { transfer, signal } = {}) {
      signal?.throwIfAborted();
      // The pool is not told of the signal: a task that can be aborted would get the thread to itself.
      const end = () => void pool.threads[0]?.terminate();
      signal?.addEventListener("abort", end, { once: true });
      const done = pool.run(task, transfer === undefined ? {} : { transferList: [...transfer] });
      running.add(done);
      try {
        return await done;
      } finally {
        running.delete(done);
        signal?.removeEventListener("abort", end);
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
