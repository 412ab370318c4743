import { type CountedTimes, TIME_BOUNDS_MS, TimeHistogram } from "./time-histogram.ts";

/** Milliseconds of a frame. Those of models count the longest of frames that one batch has in common. */
export interface FrameStages {
  /** From decoded until its batch was handed to the workflow. */
  queueMs: number;
  /** Until the workflow's thread took it up. */
  threadMs: number;
  /** Waiting for sessions of models: for a free one, for the other pictures of a run, and the way there and back. */
  sessionMs: number;
  /** In models. */
  inferMs: number;
  /** From handed over until the workflow's thread was done with it, all but `queueMs`. */
  workflowMs: number;
}

/** Where the time of a frame goes from decoded to published, in the order of its way. */
export const FRAME_PARTS = ["batch", "thread", "session", "model", "steps", "delivery"] as const;
export type FramePart = (typeof FRAME_PARTS)[number];

/** Threads whose garbage collector is watched. */
export const PAUSED_THREADS = ["main", "workflow", "session"] as const;
export type PausedThread = (typeof PAUSED_THREADS)[number];

export interface FrameTimesSnapshot {
  total: CountedTimes;
  parts: Record<FramePart, CountedTimes>;
  pauses: Record<PausedThread, CountedTimes>;
}

/** How long frames took since the start, in all and by part, and how long threads paused for the garbage collector. */
export class FrameTimes {
  readonly #total = new TimeHistogram();
  readonly #parts = mapOf(FRAME_PARTS, () => new TimeHistogram());
  readonly pauses = mapOf(PAUSED_THREADS, () => new TimeHistogram());

  /** A frame is published, so many milliseconds after it was decoded. */
  add(timing: FrameStages, totalMs: number): void {
    this.#total.add(totalMs);
    for (const [part, ms] of Object.entries(partsOf(timing, totalMs))) this.#parts[part as FramePart].add(ms);
  }

  read(): FrameTimesSnapshot {
    return {
      total: this.#total.read(),
      parts: mapOf(FRAME_PARTS, (part) => this.#parts[part].read()),
      pauses: mapOf(PAUSED_THREADS, (thread) => this.pauses[thread].read()),
    };
  }
}

/** Steps have what is left of the workflow's time. Models that ran side by side count twice, so no part is less than nothing. */
export function partsOf(timing: FrameStages, totalMs: number): Record<FramePart, number> {
  const { queueMs, threadMs, sessionMs, inferMs, workflowMs } = timing;
  return {
    batch: queueMs,
    thread: threadMs,
    session: sessionMs,
    model: inferMs,
    steps: Math.max(0, workflowMs - threadMs - sessionMs - inferMs),
    delivery: Math.max(0, totalMs - queueMs - workflowMs),
  };
}

/** As it is in `stats`. */
export function latencyFields({ total, parts, pauses }: FrameTimesSnapshot) {
  return {
    bounds_ms: [...TIME_BOUNDS_MS],
    total: total.counts,
    parts: mapOf(FRAME_PARTS, (part) => parts[part].counts),
    pauses: mapOf(PAUSED_THREADS, (thread) => pauses[thread].counts),
  };
}

function mapOf<Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value) {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
