const WINDOW_MS = 5000;

/** Frames per second over the last five seconds. */
export class FrameRate {
  readonly #times: number[] = [];

  /** `now` is in milliseconds. */
  tick(now: number): void {
    this.#times.push(now);
    this.#forget(now);
  }

  /** Null before there are two frames in the window. */
  at(now: number): number | null {
    this.#forget(now);
    const [first] = this.#times;
    const last = this.#times.at(-1);
    if (first === undefined || last === undefined || last === first) return null;
    return ((this.#times.length - 1) * 1000) / (last - first);
  }

  #forget(now: number): void {
    while ((this.#times[0] ?? now) < now - WINDOW_MS) this.#times.shift();
  }
}
