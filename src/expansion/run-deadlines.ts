import type { StepError } from "../base/errors.ts";

/** One run that has a time by which it must have ended. */
export interface TimedRun {
  /** Throws when the time is over: asked between two steps. */
  throwIfAborted(): void;
  /** Fails when the time is over, and never resolves. */
  readonly expired: Promise<never>;
}

interface Pending extends TimedRun {
  until: number;
  expire(): void;
}

/** The times of many short runs on one timer: hardly any run comes near its own. */
export class RunDeadlines {
  readonly #limitMs: number;
  readonly #late: () => StepError;
  /** In the order of their times, as all runs have equally long. */
  readonly #pending = new Set<Pending>();
  #timer: NodeJS.Timeout | null = null;

  constructor(limitMs: number, late: () => StepError) {
    this.#limitMs = limitMs;
    this.#late = late;
  }

  begin(): TimedRun {
    let failure: StepError | null = null;
    let reject: (error: StepError) => void = () => {};
    const expired = new Promise<never>((_, fail) => {
      reject = fail;
    });
    const pending: Pending = {
      until: performance.now() + this.#limitMs,
      expired,
      throwIfAborted() {
        if (failure !== null) throw failure;
      },
      expire: () => {
        failure = this.#late();
        reject(failure);
      },
    };
    this.#pending.add(pending);
    if (this.#timer === null) this.#arm(this.#limitMs);
    else this.#timer.ref();
    return pending;
  }

  end(run: TimedRun): void {
    this.#pending.delete(run as Pending);
    // A timer without runs keeps no process alive.
    if (this.#pending.size === 0) this.#timer?.unref();
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const now = performance.now();
      for (const pending of this.#pending) {
        if (pending.until > now) return this.#arm(pending.until - now + 1);
        this.#pending.delete(pending);
        pending.expire();
      }
    }, ms);
  }
}
