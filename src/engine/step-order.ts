/**
 * The place of one batch among those that overlap: a stateful step takes a batch only after the batch before it has
 * passed that step. Between such steps batches wait for models side by side.
 */
export class StepOrder {
  #previous: StepOrder | null;
  #passed = -1;
  #waiting: { step: number; resume: () => void } | null = null;

  constructor(previous: StepOrder | null) {
    this.#previous = previous;
  }

  /** Resolves when the batch before has passed `step`; undefined when it already has, to save an await. */
  before(step: number): Promise<void> | undefined {
    const previous = this.#running();
    if (previous === null || previous.#passed >= step) return undefined;
    return new Promise((resume) => {
      previous.#waiting = { step, resume };
    });
  }

  /** This batch is done with every step up to `step`. */
  pass(step: number): void {
    this.#passed = step;
    if (this.#waiting === null || this.#waiting.step > step) return;
    const { resume } = this.#waiting;
    this.#waiting = null;
    resume();
  }

  /** Ends this batch. A batch that waits for a failed one waits for the one before that instead. */
  end(): void {
    this.#passed = Number.POSITIVE_INFINITY;
    const previous = this.#running();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) return;
    if (previous === null || previous.#passed >= waiting.step) waiting.resume();
    else previous.#waiting = waiting;
  }

  /** The last batch before this one that is not over. */
  #running(): StepOrder | null {
    let previous = this.#previous;
    while (previous !== null && previous.#passed === Number.POSITIVE_INFINITY) previous = previous.#previous;
    this.#previous = previous;
    return previous;
  }
}
