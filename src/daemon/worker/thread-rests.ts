/** How long a thread that keeps ending is left alone: the first time it comes back at once, then later each time. */
export class ThreadRests {
  readonly #settledMs: number;
  readonly #now: () => number;
  #openedAt = 0;
  #endings = 0;
  #restsUntil = 0;

  /** One that lived for `settledMs` did not end of what it began with. */
  constructor(settledMs: number, now: () => number = () => performance.now()) {
    this.#settledMs = settledMs;
    this.#now = now;
  }

  opened(): void {
    this.#openedAt = this.#now();
  }

  ended(): void {
    const now = this.#now();
    if (now - this.#openedAt > this.#settledMs) this.#endings = 0;
    this.#endings++;
    if (this.#endings > 1) this.#restsUntil = now + Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#endings - 2));
  }

  /** Milliseconds until it may be opened again, 0 when it may be now. */
  leftMs(): number {
    return Math.max(0, this.#restsUntil - this.#now());
  }
}

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
