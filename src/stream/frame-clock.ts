/** Times of the frames of one camera, on the clock that all cameras share. */
export class FrameClock {
  readonly #isLive: boolean;
  readonly #steadyMs: () => number;
  #startS: number | undefined;
  #lastS = Number.NEGATIVE_INFINITY;
  /** What a stamp of the file is counted from; absent at the start of each run. */
  #originS: number | undefined;

  constructor(isLive: boolean, steadyMs: () => number) {
    this.#isLive = isLive;
    this.#steadyMs = steadyMs;
  }

  /** The source starts again, with stamps of its own. */
  restart(): void {
    this.#originS = undefined;
  }

  next(pts: number): { clockS: number; startS: number } {
    const clockS = this.#isLive ? this.#steadyMs() / 1000 : this.#positionS(pts);
    this.#lastS = clockS;
    this.#startS ??= clockS;
    return { clockS, startS: this.#startS };
  }

  /** Stamps that run backwards, as where files were joined, begin another count at the last frame. */
  #positionS(pts: number): number {
    this.#originS ??= Math.max(this.#steadyMs() / 1000, this.#lastS) - pts;
    if (this.#originS + pts < this.#lastS) this.#originS = this.#lastS - pts;
    return this.#originS + pts;
  }
}
