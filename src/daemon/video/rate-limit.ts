/** Lets as many frames a second pass as are wanted, on average: frames come when they come, not when they are due. */
export class RateLimit {
  readonly #intervalMs: number;
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#intervalMs = 1000 / perSecond;
  }

  passes(nowMs: number): boolean {
    if (nowMs < this.#dueAt) return false;
    // Time in which no frames came is not made up for.
    const isLate = nowMs - this.#dueAt > this.#intervalMs;
    this.#dueAt = (isLate ? nowMs : this.#dueAt) + this.#intervalMs;
    return true;
  }
}
