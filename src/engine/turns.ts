/**
 * Keeps overlapping batches in order where it matters: a stateful step lets a batch in only when the batch
 * before it has passed that step. Between such steps batches may overtake nothing, but wait for models side by side.
 */
export class Turn {
  #previous: Turn | null;
  #passed = -1;
  #waiting: { step: number; resume: () => void } | null = null;

  constructor(previous: Turn | null) {
    this.#previous = previous;
  }

  /** Resolves when the batch before has passed `step`; undefined when it has already, so that nobody waits needlessly. */
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

  /** This batch is over. When it failed before its turn came, whoever waits for it waits for the batch before it. */
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
  #running(): Turn | null {
    let previous = this.#previous;
    while (previous !== null && previous.#passed === Number.POSITIVE_INFINITY) previous = previous.#previous;
    this.#previous = previous;
    return previous;
  }
}
