import { type Clock, systemClock } from "../../base/clock.ts";
import { RetryGate } from "../../base/retry-gate.ts";

const WINDOW_MS = 60_000;
/** The first restart is immediate, the next ones follow after a moment. */
const RESTART = { freeFailures: 1, firstMs: 250, longestMs: 250, withinMs: WINDOW_MS };
/** The third end within the window suspends the process for as long. */
const SUSPENSION = { freeFailures: 2, firstMs: WINDOW_MS, longestMs: WINDOW_MS, withinMs: WINDOW_MS };

/** Restart backoff for the process of a code block, and its suspension when it ends too often. */
export class ChildRestarts {
  readonly #restart: RetryGate;
  readonly #suspension: RetryGate;

  constructor(clock: Pick<Clock, "now"> = systemClock) {
    this.#restart = new RetryGate(RESTART, { clock });
    this.#suspension = new RetryGate(SUSPENSION, { clock });
  }

  /** The process ended; true when that suspends it. */
  ended(): boolean {
    this.#restart.failed();
    return this.#suspension.failed() > 0;
  }

  /** Milliseconds until a suspended process may be started; 0 when it is not suspended. */
  suspendedMs(): number {
    return this.#suspension.waitMs();
  }

  /** How long to wait before the next start. */
  delayMs(): number {
    return this.#restart.waitMs();
  }
}
