import { setTimeout as delay } from "node:timers/promises";
import { MillraceError } from "../base/errors.ts";
import { within as limited } from "../base/within.ts";

/** The promise, or a failure that says what did not happen in time. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  return limited(ms, promise, () => tooLate(ms, what));
}

function tooLate(ms: number, what: string): MillraceError {
  return new MillraceError("BENCH_TIMEOUT", `${what} took more than ${ms} ms`);
}

const LOOK_EVERY_MS = 8;

/** Polls until a condition holds that has no event. */
export async function until(isSo: () => boolean, ms: number, what: string): Promise<void> {
  const limit = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > limit) throw tooLate(ms, what);
    await delay(LOOK_EVERY_MS);
  }
}
