import { type Clock, pause, systemClock } from "../base/clock.ts";
import type { SourceError } from "../base/errors.ts";
import { RetryGate, type RetryPolicy } from "../base/retry-gate.ts";

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
  /** Classifies errors: a normal end, or whether a restart may help. */
  judge: (error: unknown) => Verdict;
  failed: (attempt: FailedAttempt) => void;
  signal: AbortSignal;
  clock?: Clock;
  random?: () => number;
}

export type Verdict = { is: "end" } | { is: "failure"; error: SourceError; retry: boolean; isDenied?: boolean };

/** A run that gave frames for ten seconds makes the next failure the first again; cameras of a box do not return at once. */
const POLICY: RetryPolicy = { firstMs: 500, longestMs: 30_000, healthyAfterMs: 10_000, jitter: 1 };
/** Cameras lock an account, or an address, after a few refused passwords: a minute to ten, and up to a quarter more. */
const DENIED: RetryPolicy = { firstMs: 75_000, longestMs: 750_000, jitter: 0.2 };

/** Runs again after every failure, for ever, waiting exponentially longer with full jitter. */
export async function keepRunning(settings: RestartSettings): Promise<"ended" | "failed" | "stopped"> {
  const { run, judge, failed, signal, clock = systemClock, random = Math.random } = settings;
  const gate = new RetryGate(POLICY, { clock, random });
  const denials = new RetryGate(DENIED, { clock, random });
  let since = Date.now();
  while (!signal.aborted) {
    let hasStarted = false;
    const started = () => {
      hasStarted = true;
      gate.started();
    };
    const error = await rejection(run(started));
    if (signal.aborted) break;
    const verdict = judge(error);
    if (verdict.is === "end") return "ended";
    if (hasStarted) since = Date.now();
    const waitMs = gate.failed();
    if (verdict.isDenied !== true) denials.succeeded();
    const deniedMs = verdict.isDenied === true ? denials.failed() : 0;
    const nextRetryMs = verdict.retry ? Math.max(waitMs, deniedMs) : null;
    failed({ error: verdict.error, attempts: gate.failures, nextRetryMs, since });
    if (nextRetryMs === null) return "failed";
    await pause(nextRetryMs, { clock, signal });
  }
  return "stopped";
}

function rejection(promise: Promise<void>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
