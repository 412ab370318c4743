/** Notices that frames stop coming. */
export interface Watchdog {
  fed(): void;
  close(): void;
}

export interface WatchdogSettings {
  /** Longest time to the first frame, and between frames. */
  connectTimeoutMs: number;
  stallTimeoutMs: number;
  /** True while we ourselves keep frames from coming. */
  isHeld: () => boolean;
  /** Called once; `timeout` when there has not been a frame. */
  expired: (cause: "timeout" | "stalled") => void;
}

/** One timer that looks again when it fires, so that a frame costs no timer. */
export function openWatchdog({ connectTimeoutMs, stallTimeoutMs, isHeld, expired }: WatchdogSettings): Watchdog {
  let lastFed = performance.now();
  let hasFrames = false;
  const limit = () => (hasFrames ? stallTimeoutMs : connectTimeoutMs);
  let timer = setTimeout(look, Math.min(connectTimeoutMs, stallTimeoutMs));

  function look(): void {
    if (isHeld()) lastFed = performance.now();
    const leftMs = lastFed + limit() - performance.now();
    if (leftMs > 0) timer = setTimeout(look, Math.min(leftMs, stallTimeoutMs));
    else expired(hasFrames ? "stalled" : "timeout");
  }

  return {
    fed() {
      lastFed = performance.now();
      hasFrames = true;
    },
    close: () => clearTimeout(timer),
  };
}
