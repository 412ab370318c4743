import type { KernelService } from "../../blocks/contract/services.ts";
import { directKernels } from "../../blocks/direct-kernels.ts";
import { openThread, type Thread } from "../../engine/thread.ts";
import { workerEntry } from "../../engine/worker-entry.ts";
import type { Given, KernelName, Made } from "../../vision/kernels.ts";
import type { Raster } from "../../vision/raster.ts";
import type { KernelTask } from "./kernel-worker.ts";
import { SharedScratch } from "./shared-scratch.ts";

/** The kernels of one workflow, on a thread of their own from the first call on. */
export interface KernelThread extends KernelService {
  close(): Promise<void>;
}

/** One that runs and the next: what waits behind them holds no copy, and is as much as the frames in flight ask for. */
const AT_ONCE = 2;
/** Fewer pixels take less time than the way to another thread. */
const LEAST_PIXELS = 100_000;
/** Slow for any picture, or with a library that had better be loaded once. */
const ALWAYS: ReadonlySet<KernelName> = new Set(["sift", "stitch", "matchTemplate", "matchFeatures"]);

export function openKernelThread(): KernelThread {
  const scratch = new SharedScratch();
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let thread: Thread | null = null;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (underWay >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) underWay--;
      else next();
    }
  }

  async function send(task: KernelTask): Promise<Made<KernelName>> {
    thread ??= openThread({
      ...workerEntry("daemon/worker/kernel-worker"),
      workerData: null,
      concurrency: 1,
      maxQueue: AT_ONCE,
    });
    const lent: SharedArrayBuffer[] = [];
    const share = (given: unknown) => {
      if (!isRaster(given) || given.data.buffer instanceof SharedArrayBuffer) return given;
      const memory = scratch.lend(given.data.length);
      lent.push(memory);
      const data = new Uint8Array(memory, 0, given.data.length);
      data.set(given.data);
      return { ...given, data };
    };
    try {
      return await thread.run<Made<KernelName>>({ ...task, given: task.given.map(share) });
    } finally {
      for (const memory of lent) scratch.giveBack(memory);
    }
  }

  return {
    run<N extends KernelName>(name: N, ...given: Given<N>): Promise<Made<N>> {
      if (!ALWAYS.has(name) && pixelsIn(given) < LEAST_PIXELS) return directKernels.run(name, ...given);
      return inTurn(() => send({ name, given }) as Promise<Made<N>>);
    },
    async close() {
      await thread?.close(0);
    },
  };
}

function pixelsIn(given: readonly unknown[]): number {
  return given.reduce<number>((sum, one) => sum + (isRaster(one) ? one.width * one.height : 0), 0);
}

function isRaster(value: unknown): value is Raster {
  return typeof value === "object" && value !== null && "stride" in value && "channels" in value;
}
