import { Deadlines } from "../base/deadlines.ts";
import type { StepError } from "../base/errors.ts";

/** One run that has a time by which it must have ended. */
export interface TimedRun {
  /** Throws when the time is over: asked between two steps. */
  throwIfAborted(): void;
  /** Fails when the time is over, and never resolves. */
  readonly expired: Promise<never>;
  /** The run is over: its time passes without consequence. */
  end(): void;
}

/** Deadlines of short runs that have equally long. */
export class RunDeadlines {
  readonly #deadlines = new Deadlines();
  readonly #limitMs: number;
  readonly #late: () => StepError;

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
    const end = this.#deadlines.after(this.#limitMs, () => {
      failure = this.#late();
      reject(failure);
    });
    return {
      expired,
      end,
      throwIfAborted() {
        if (failure !== null) throw failure;
      },
    };
  }
}
