import { openThread } from "../engine/thread.ts";
import { workerEntry } from "../engine/worker-entry.ts";
import { knownInput, type ModelDescription } from "../inference/description.ts";
import { discardFrames } from "./discard-frames.ts";
import type { SessionLoopData } from "./session-loop-worker.ts";
import { until, within } from "./wait.ts";

export interface BareLimitSettings {
  description: ModelDescription;
  /** Sessions side by side, each with one thread. */
  sessions: number;
  /** The decoder's command line. */
  ffmpegPath: string;
  ffmpegArguments: string[];
}

/** The same decoding and the same runs of the model as a pipeline does, with nothing that connects them. */
export interface BareLimit {
  /** Runs a second over `frames` runs after `warmUp` others, while as many frames are decoded. It rests in between. */
  fps: (warmUp: number, frames: number) => Promise<number>;
  close: () => Promise<void>;
}

/** Frames the decoder may be ahead of the model, about as many as a pipeline has memory for. */
const AHEAD = 8;
const TIMEOUT_MS = 60_000;

export async function openBareLimit(settings: BareLimitSettings): Promise<BareLimit> {
  const { description, sessions } = settings;
  const { width, height } = knownInput(description);
  const runs = new SharedArrayBuffer(12);
  const counts = new Int32Array(runs);
  const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
  const workerData: SessionLoopData = { description, picture, runs };
  const entry = workerEntry("bench/session-loop-worker");
  const threads = Array.from({ length: sessions }, () =>
    openThread({ ...entry, workerData, concurrency: 1, maxQueue: 1 }),
  );
  const decoder = await discardFrames(settings.ffmpegPath, settings.ffmpegArguments);
  let decoded = 0;

  function pass(count: number): Promise<void> {
    return until(
      () => {
        const done = Atomics.load(counts, 1);
        decoder.allow(decoded + done + AHEAD);
        return done >= count && decoder.read >= decoded + count;
      },
      TIMEOUT_MS,
      `${count} runs of the bare limit`,
    );
  }

  return {
    async fps(warmUp, frames) {
      decoded = decoder.read;
      // Some more, so that no thread rests before the clock is stopped.
      counts.set([0, 0, warmUp + frames + 2 * sessions]);
      const loops = Promise.all(threads.map((thread) => thread.run(null)));
      // A loop that fails ends the wait; one that has run all still waits for the decoder.
      const passed = (count: number) => Promise.race([pass(count), loops.then(() => pass(count))]);
      await passed(warmUp);
      const startedAt = performance.now();
      await passed(warmUp + frames);
      const fps = frames / ((performance.now() - startedAt) / 1000);
      await within(loops, TIMEOUT_MS, "the last runs of the bare limit");
      return fps;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close(1000)));
      await decoder.close();
    },
  };
}
