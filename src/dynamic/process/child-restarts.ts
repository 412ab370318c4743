/** When a process that has died may be started again: later each time, and for a while not at all. */
export class Restarts {
  readonly #now: () => number;
  readonly #diedAt: number[] = [];
  #suspendedUntil = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Tells whether this death is the one that ends the patience. */
  died(): boolean {
    const now = this.#now();
    this.#diedAt.push(now);
    while ((this.#diedAt[0] ?? now) < now - WINDOW_MS) this.#diedAt.shift();
    if (this.#diedAt.length < MOST_DEATHS) return false;
    this.#suspendedUntil = now + WINDOW_MS;
    this.#diedAt.length = 0;
    return true;
  }

  /** Milliseconds until it may be tried again; 0 unless it died too often. */
  suspendedMs(): number {
    return Math.max(0, this.#suspendedUntil - this.#now());
  }

  /** How long to wait before the next start. */
  delayMs(): number {
    return DELAYS_MS[this.#diedAt.length] ?? 0;
  }
}

const WINDOW_MS = 60_000;
const MOST_DEATHS = 3;
/** After no death, one, two. */
const DELAYS_MS = [0, 0, 250];
