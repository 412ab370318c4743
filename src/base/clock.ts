/** Monotonic time and timers, so that tests can control the time. */
export interface Clock {
  /** Milliseconds that never jump. */
  now(): number;
  /** Calls `action` once after the delay; the result cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after the delay, or at once when the signal aborts. */
export function pause(delayMs: number, { clock = systemClock, signal }: { clock?: Clock; signal?: AbortSignal } = {}) {
  return new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal?.addEventListener("abort", end);
  });
}
