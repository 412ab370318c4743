import { type Clock, systemClock } from "../base/clock.ts";

/** Notices that frames stop coming. */
export interface Watchdog {
  fed(): void;
  close(): void;
}

export interface WatchdogSettings {
  /** Longest time to the first frame, and between frames. */
  connectTimeoutMs: number;
  stallTimeoutMs: number;
  /** True while packets arrive, so that the first frame may take `keyframeTimeoutMs`. */
  isComing?: () => boolean;
  keyframeTimeoutMs?: number;
  /** True while we ourselves keep frames from coming. */
  isHeld: () => boolean;
  /** Called once; `timeout` when there has not been a frame. */
  expired: (cause: "timeout" | "stalled") => void;
  clock?: Clock;
}

/** One timer that re-checks when it fires, so that a frame costs no timer. */
export function openWatchdog(settings: WatchdogSettings): Watchdog {
  const { connectTimeoutMs, stallTimeoutMs, isHeld, expired, clock = systemClock } = settings;
  const { isComing = () => false, keyframeTimeoutMs = 60_000 } = settings;
  let lastFed = clock.now();
  let hasFrames = false;
  let cancel = clock.after(Math.min(connectTimeoutMs, stallTimeoutMs), look);

  function look(): void {
    if (isHeld()) lastFed = clock.now();
    const leftMs = lastFed + (hasFrames ? stallTimeoutMs : firstLimitMs()) - clock.now();
    if (leftMs > 0) cancel = clock.after(Math.min(leftMs, stallTimeoutMs), look);
    else expired(hasFrames ? "stalled" : "timeout");
  }

  function firstLimitMs(): number {
    return isComing() ? Math.max(connectTimeoutMs, keyframeTimeoutMs) : connectTimeoutMs;
  }

  return {
    fed() {
      lastFed = clock.now();
      hasFrames = true;
    },
    close: () => cancel(),
  };
}
