import { pause } from "../base/clock.ts";
import { MillraceError, messageOf } from "../base/errors.ts";
import { RetryGate } from "../base/retry-gate.ts";
import type { Daemon } from "./daemon.ts";
import type { PreparedConfig } from "./reload/config-changes.ts";
import type { Report } from "./report/events.ts";

export interface Replacement {
  running: Daemon;
  next: PreparedConfig;
  open: (config: PreparedConfig) => Promise<Daemon>;
  report: Report;
  signal: AbortSignal;
  deadlineMs: number;
  retry?: { firstMs: number; longestMs: number };
}

const RETRY = { firstMs: 1000, longestMs: 60_000 };

/** Closes a daemon for another one. When that does not open, the one before comes back, however often it takes to try. */
export async function replace(replacement: Replacement): Promise<Daemon> {
  const { running, next, open, report, deadlineMs } = replacement;
  const before = running.inForce;
  await running
    .close(deadlineMs)
    .catch((error) => report({ type: "restart_failed", ...failureOf(error), nextRetryMs: null }));
  try {
    return await open(next);
  } catch (error) {
    replacement.signal.throwIfAborted();
    report({ type: "restart_failed", ...failureOf(error), nextRetryMs: null });
  }
  return comeBack(before, replacement);
}

async function comeBack(before: PreparedConfig, { next, open, report, signal, retry = RETRY }: Replacement) {
  const gate = new RetryGate({ ...retry, jitter: 0.5 });
  for (let attempts = 0; ; attempts++) {
    try {
      // What kept the new one from opening may have passed.
      return await open(attempts % 2 === 0 ? before : next);
    } catch (error) {
      signal.throwIfAborted();
      const nextRetryMs = gate.failed();
      report({ type: "restart_failed", ...failureOf(error), nextRetryMs });
      await pause(nextRetryMs, { signal });
      signal.throwIfAborted();
    }
  }
}

function failureOf(error: unknown): { code: string; message: string } {
  return { code: error instanceof MillraceError ? error.code : "CONFIG_APPLY", message: messageOf(error) };
}
