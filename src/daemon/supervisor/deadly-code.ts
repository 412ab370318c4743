import type { Clock } from "../../base/clock.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { isSameCode, type RunningCode, type SuspendedCode } from "./crash-witness.ts";

const CRASHES = 3;
const WINDOW_MS = 10 * 60_000;
const REST = { firstMs: 10 * 60_000, longestMs: 24 * 60 * 60_000 };
/** The next process and its log need the time of day. */
const WALL_CLOCK: Pick<Clock, "now"> = { now: () => Date.now() };

interface Crash {
  at: number;
  calls: readonly RunningCode[];
}

interface Rest {
  code: RunningCode;
  gate: RetryGate;
}

/** Finds code that keeps crashing the daemon and suspends it, with exponential backoff. */
export class DeadlyCode {
  readonly #clock: Pick<Clock, "now">;
  #crashes: Crash[] = [];
  readonly #rests: Rest[] = [];

  constructor(clock: Pick<Clock, "now"> = WALL_CLOCK) {
    this.#clock = clock;
  }

  /** The daemon ended while this code was running. */
  crashed(calls: readonly RunningCode[]): void {
    const at = this.#clock.now();
    this.#crashes = [...this.#crashes, { at, calls }].filter((crash) => crash.at > at - WINDOW_MS).slice(-CRASHES);
    for (const code of calls) {
      const rest = this.#rests.find((known) => isSameCode(known.code, code));
      // After a rest one more crash is enough.
      if (rest === undefined && !this.#isInAll(code)) continue;
      const { gate } = rest ?? this.#rest(code);
      gate.failed();
    }
  }

  /** Suspended code, until when in milliseconds since 1970. */
  suspended(): SuspendedCode[] {
    const resting = this.#rests.filter(({ gate }) => gate.waitMs() > 0);
    return resting.map(({ code, gate }) => ({ ...code, until: this.#clock.now() + gate.waitMs() }));
  }

  #rest(code: RunningCode): Rest {
    const rest = { code, gate: new RetryGate(REST, { clock: this.#clock }) };
    this.#rests.push(rest);
    return rest;
  }

  #isInAll(code: RunningCode): boolean {
    const isIn = ({ calls }: Crash) => calls.some((other) => isSameCode(other, code));
    return this.#crashes.length === CRASHES && this.#crashes.every(isIn);
  }
}
