import { workerData } from "node:worker_threads";
import type { ModelDescription } from "../inference/description.ts";
import { type ModelSession, openSession } from "../inference/session.ts";

// Root of a thread that runs one session over and over with nothing in between.

export interface SessionLoopData {
  description: ModelDescription;
  /** One picture of the model's input size. */
  picture: Uint8Array;
  /** Runs begun and runs done by all threads together, and how many to begin. */
  runs: SharedArrayBuffer;
}

const { description, picture, runs } = workerData as SessionLoopData;
const counts = new Int32Array(runs);
let session: ModelSession | undefined;

export default async function runSessionLoop(): Promise<void> {
  session ??= await openSession(description, { providers: ["cpu"] });
  while (Atomics.add(counts, 0, 1) < Atomics.load(counts, 2)) {
    await session.run([picture]);
    Atomics.add(counts, 1, 1);
  }
}
