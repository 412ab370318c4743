import { type Clock, systemClock } from "./clock.ts";

/** When something that failed may be tried again. */
export interface RetryPolicy {
  /** Failures in a row that cost no wait. */
  freeFailures?: number;
  /** Wait after the first failure that costs one; each further failure doubles it. */
  firstMs: number;
  longestMs: number;
  /** A run of this length makes the next failure the first again; absent: only `succeeded` does. */
  healthyAfterMs?: number;
  /** Failures longer ago do not count; all in a row do when absent. */
  withinMs?: number;
  /** How much of a wait is drawn at random: 0 none, 1 all of it, so that many boxes do not return at once. */
  jitter?: number;
}

interface Options {
  clock?: Pick<Clock, "now">;
  /** 0 inclusive to 1 exclusive. */
  random?: () => number;
}

/** Retry with exponential backoff: counts failures in a row and tells how long to wait before the next attempt. */
export class RetryGate {
  readonly #policy: Required<RetryPolicy>;
  readonly #clock: Pick<Clock, "now">;
  readonly #random: () => number;
  #startedAt: number | null = null;
  #failures = 0;
  /** Times of the failures that count, where only those of a stretch do. */
  #failedAt: number[] = [];
  #openAt = Number.NEGATIVE_INFINITY;

  constructor(policy: RetryPolicy, { clock = systemClock, random = Math.random }: Options = {}) {
    const never = Number.POSITIVE_INFINITY;
    this.#policy = { freeFailures: 0, healthyAfterMs: never, withinMs: never, jitter: 0, ...policy };
    this.#clock = clock;
    this.#random = random;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** An attempt began to work: from now on it counts as healthy or not. */
  started(): void {
    this.#startedAt ??= this.#clock.now();
  }

  succeeded(): void {
    this.#startedAt = null;
    this.#forgetFailures();
    this.#openAt = Number.NEGATIVE_INFINITY;
  }

  /** An attempt failed; returns the wait before the next in milliseconds. */
  failed(): number {
    const { freeFailures, firstMs, longestMs, healthyAfterMs, jitter } = this.#policy;
    const now = this.#clock.now();
    if (this.#startedAt !== null && now - this.#startedAt >= healthyAfterMs) this.#forgetFailures();
    this.#startedAt = null;
    this.#count(now);
    const costly = this.#failures - freeFailures;
    if (costly <= 0) return 0;
    // 2 ** 30 is longer than any wait; more would overflow to infinity.
    const limitMs = Math.min(longestMs, firstMs * 2 ** Math.min(30, costly - 1));
    const waitMs = Math.round(limitMs * (1 - jitter + jitter * this.#random()));
    this.#openAt = now + waitMs;
    return waitMs;
  }

  /** Milliseconds until the next attempt, 0 when it may begin. */
  waitMs(): number {
    return Math.max(0, this.#openAt - this.#clock.now());
  }

  #count(now: number): void {
    this.#failures++;
    const { withinMs } = this.#policy;
    if (withinMs === Number.POSITIVE_INFINITY) return;
    this.#failedAt = [...this.#failedAt.filter((at) => now - at < withinMs), now];
    this.#failures = this.#failedAt.length;
  }

  #forgetFailures(): void {
    this.#failures = 0;
    this.#failedAt = [];
  }
}
