import { isSameCode, type RunningCode, type SuspendedCode } from "./crash-witness.ts";

const CRASHES = 3;
const WINDOW_MS = 10 * 60_000;
/** Doubled each time it crashes again. */
const FIRST_REST_MS = 10 * 60_000;
const LONGEST_REST_MS = 24 * 60 * 60_000;

interface Crash {
  at: number;
  calls: readonly RunningCode[];
}

interface Rest {
  code: RunningCode;
  until: number;
  times: number;
}

/** Finds code that keeps crashing the daemon and suspends it, with exponential backoff. Times are milliseconds since 1970. */
export class DeadlyCode {
  #crashes: Crash[] = [];
  readonly #rests: Rest[] = [];

  /** The daemon ended while this code was running. */
  crashed(calls: readonly RunningCode[], at: number): void {
    this.#crashes = [...this.#crashes, { at, calls }].filter((crash) => crash.at > at - WINDOW_MS).slice(-CRASHES);
    for (const code of calls) {
      const rest = this.#rests.find((known) => isSameCode(known.code, code));
      // After a rest one more crash is enough.
      if (rest === undefined && !this.#isInAll(code)) continue;
      const times = (rest?.times ?? 0) + 1;
      const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (times - 1));
      if (rest === undefined) this.#rests.push({ code, until: at + restMs, times });
      else Object.assign(rest, { until: at + restMs, times });
    }
  }

  suspended(at: number): SuspendedCode[] {
    return this.#rests.filter(({ until }) => until > at).map(({ code, until }) => ({ ...code, until }));
  }

  #isInAll(code: RunningCode): boolean {
    const isIn = ({ calls }: Crash) => calls.some((other) => isSameCode(other, code));
    return this.#crashes.length === CRASHES && this.#crashes.every(isIn);
  }
}
