/** Pauses between attempts: doubling, each drawn from the upper half of its range so that a fleet does not return at once. */
export interface Backoff {
  nextMs(): number;
  reset(): void;
}

export interface BackoffSettings {
  firstMs: number;
  maxMs: number;
  /** 0 inclusive to 1 exclusive. */
  random?: () => number;
}

export function createBackoff({ firstMs, maxMs, random = Math.random }: BackoffSettings): Backoff {
  let limitMs = firstMs;
  return {
    nextMs() {
      const delayMs = Math.round(limitMs * (0.5 + random() / 2));
      limitMs = Math.min(maxMs, limitMs * 2);
      return delayMs;
    },
    reset() {
      limitMs = firstMs;
    },
  };
}
