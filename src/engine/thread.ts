import { Piscina } from "piscina";
import type { Deadline } from "../base/deadline.ts";
import { BugError, MillraceError, messageOf } from "../base/errors.ts";
import { endsWithin } from "../base/within.ts";
import { holdYoungGeneration } from "../base/young-generation.ts";

export interface ThreadSettings {
  /** Module whose default export runs tasks. */
  filename: string;
  execArgv: readonly string[];
  /** Given to the thread, and again to the one that replaces it should it die. */
  workerData: unknown;
  /** Tasks in flight at once; more than one only for threads that wait for others. */
  concurrency: number;
  /** Most tasks waiting for the thread; more are refused. */
  maxQueue: number;
  /** Called when the thread crashes or exits, between tasks or in one: its state is lost, and it is replaced. */
  died?: (why: string) => void;
}

export interface RunOptions {
  transfer?: readonly (ArrayBuffer | MessagePort)[];
  /** When it is over, the thread ends with every task on it: nothing else stops code that does not return. */
  deadline?: Deadline;
}

type MessagePort = import("node:worker_threads").MessagePort;

/** One worker thread with an address of its own: state kept in it is never split. A dead thread is replaced at once. */
export interface Thread {
  run<Result>(task: unknown, options?: RunOptions): Promise<Result>;
  /** Waits for running tasks up to the deadline, then ends the thread. */
  close(deadlineMs: number): Promise<void>;
}

/** Opens a thread as a piscina pool of exactly one. */
export function openThread(settings: ThreadSettings): Thread {
  const { filename, execArgv, workerData, concurrency, maxQueue, died = () => {} } = settings;
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
    // Two histograms of 360 KB that are not read.
    recordTiming: false,
  });
  // Each thread is reported to `died`, also one that ends without an error.
  pool.on("error", () => {});
  // The pool gives up on threads when one ends before it is ready, so one that still starts is left to do so.
  let ready: PoolThread | undefined;
  let isClosing = false;
  /** A second one would not wait for the thread. */
  let destroyed: Promise<void> | undefined;
  pool.on("workerCreate", () => {
    holdYoungGeneration();
    const thread = pool.threads[0];
    ready = thread;
    if (thread !== undefined) onEnd(thread, (why) => isClosing || thread === ended || died(why));
  });
  let ended: PoolThread | undefined;
  let ending: Promise<unknown> | undefined;
  const endReady = () => {
    if (pool.threads[0] !== ready) return;
    ended = ready;
    ending = ready?.terminate();
  };
  const running = new Set<Promise<unknown>>();

  function start<Result>(task: unknown, { transfer, deadline }: RunOptions): Promise<Result> {
    if (deadline?.isOver) return Promise.reject(overdue());
    // The pool has no part in the deadline: a task that can be aborted would get the thread to itself.
    const done: Promise<Result> = pool.run(task, transfer === undefined ? {} : { transferList: [...transfer] });
    running.add(done);
    return new Promise((resolve, reject) => {
      const takeBack = deadline?.onOver(() => {
        endReady();
        reject(overdue());
      });
      const settle = () => {
        running.delete(done);
        takeBack?.();
      };
      done.then(
        (result) => {
          settle();
          resolve(result);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
  }

  return {
    run: <Result>(task: unknown, options: RunOptions = {}) =>
      // A task given to a thread that is ending would be lost.
      ending === undefined ? start<Result>(task, options) : ending.then(() => start<Result>(task, options)),
    // The pool's own close waits half a minute for a task that was terminated.
    async close(deadlineMs) {
      if (deadlineMs < 0) throw new BugError("a deadline is not negative");
      isClosing = true;
      await endsWithin(deadlineMs, Promise.allSettled(running));
      destroyed ??= pool.destroy();
      await destroyed;
    },
  };
}

function overdue(): MillraceError {
  return new MillraceError("THREAD_OVERDUE", "the thread was ended, as its task took too long");
}

type PoolThread = Piscina["threads"][number];

/** At its error, which comes before its exit; a thread that ends without an error has an exit alone. */
function onEnd(thread: PoolThread, call: (why: string) => void): void {
  let isCalled = false;
  const callOnce = (why: string) => {
    if (!isCalled) call(why);
    isCalled = true;
  };
  thread.once("error", (error: unknown) => callOnce(messageOf(error)));
  thread.once("exit", (code: number) => callOnce(`exit code ${code}`));
}
