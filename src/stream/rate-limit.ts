import { LONGEST_WAIT_S, type RateChoice, TRUST_S } from "./ffmpeg/rate-limit-filter.ts";

export interface RateLimitSettings extends RateChoice {
  maxFps: number;
  /** A steady clock. */
  nowS: () => number;
}

/** Which frames of a stream that is decoded for a higher rate pass, by the rule of `rateLimitFilter`; for one run. */
export class RateLimit {
  readonly #settings: RateLimitSettings;
  readonly #leastS: number | null;
  /** What the frame that passed last was judged by. */
  #mark: number | undefined;
  #arrivedS = 0;
  #clockS = 0;
  #last: { nowS: number; pts: number } | undefined;

  constructor(settings: RateLimitSettings) {
    this.#settings = settings;
    const { maxFps, earlyS } = settings;
    this.#leastS = earlyS === null ? null : 1 / maxFps - earlyS;
  }

  passes(pts: number): boolean {
    const timeS = this.#settings.isLive ? this.#liveS(pts) : pts;
    const mark = this.#leastS === null ? Math.floor(timeS * this.#settings.maxFps + 0.001) : timeS;
    const hasPassed = this.#mark === undefined || this.#isLater(mark, this.#mark);
    if (hasPassed) this.#mark = mark;
    return hasPassed;
  }

  #isLater(mark: number, last: number): boolean {
    return this.#leastS === null ? mark > last : mark - last >= this.#leastS;
  }

  /** By the stamps as long as they stay close to arrival, and by arrival otherwise. */
  #liveS(pts: number): number {
    const nowS = this.#settings.nowS();
    const waitedS = clip(this.#last === undefined ? 0 : nowS - this.#last.nowS, 0, LONGEST_WAIT_S);
    const stepS = this.#last === undefined ? Number.NaN : pts - this.#last.pts;
    this.#last = { nowS, pts };
    this.#arrivedS += waitedS;
    this.#clockS += stepS >= 1e-6 && stepS <= TRUST_S ? stepS : waitedS;
    this.#clockS = clip(this.#clockS, this.#arrivedS - TRUST_S, this.#arrivedS + TRUST_S);
    return this.#clockS;
  }
}

function clip(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
