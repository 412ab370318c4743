import type { SourceError } from "../base/errors.ts";
import { type Clock, systemClock } from "./clock.ts";

/** One failed run, as `failed` gets it. */
export interface FailedAttempt {
  error: SourceError;
  /** Failures in a row, this one included. */
  attempts: number;
  nextRetryMs: number | null;
  /** UTC milliseconds since when there are no frames. */
  since: number;
}

export interface RestartSettings {
  /** One run; it calls `started` with its first frame, rejects when it ends and resolves when aborted. */
  run: (started: () => void) => Promise<void>;
  /** Tells the errors that end it all well, and whether another run may help against the others. */
  judge: (error: unknown) => Verdict;
  failed: (attempt: FailedAttempt) => void;
  signal: AbortSignal;
  clock?: Clock;
  random?: () => number;
}

export type Verdict = { is: "end" } | { is: "failure"; error: SourceError; retry: boolean };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A run that gave frames for this long makes the next failure count as the first again. */
const HEALTHY_MS = 10_000;

/** Runs again after every failure, for ever, waiting exponentially longer with full jitter. */
export async function keepRunning(settings: RestartSettings): Promise<"ended" | "failed" | "stopped"> {
  const { run, judge, failed, signal, clock = systemClock, random = Math.random } = settings;
  let attempts = 0;
  let since = Date.now();
  while (!signal.aborted) {
    let startedAt: number | undefined;
    const started = () => {
      startedAt ??= clock.now();
    };
    const error = await rejection(run(started));
    if (signal.aborted) break;
    const verdict = judge(error);
    if (verdict.is === "end") return "ended";
    if (startedAt !== undefined) since = Date.now();
    if (startedAt !== undefined && clock.now() - startedAt >= HEALTHY_MS) attempts = 0;
    attempts++;
    const nextRetryMs = verdict.retry ? waitMs(attempts, random()) : null;
    failed({ error: verdict.error, attempts, nextRetryMs, since });
    if (nextRetryMs === null) return "failed";
    await pause(nextRetryMs, clock, signal);
  }
  return "stopped";
}

function rejection(promise: Promise<void>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function waitMs(attempts: number, random: number): number {
  return Math.round(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * random);
}

function pause(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal.addEventListener("abort", end);
  });
}
