/** Calls back when the wall clock was set: it has moved otherwise than time has. */
export function watchClock(stepped: (byMs: number) => void, clocks: Clocks = SYSTEM): () => void {
  let before = clocks.wall() - clocks.steady();
  const timer = setInterval(() => {
    const offset = clocks.wall() - clocks.steady();
    const byMs = offset - before;
    before = offset;
    if (Math.abs(byMs) >= STEP_MS) stepped(byMs);
  }, clocks.everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

interface Clocks {
  /** UTC milliseconds. */
  wall(): number;
  /** Milliseconds that never jump. */
  steady(): number;
  everyMs: number;
}

const SYSTEM: Clocks = { wall: Date.now, steady: () => performance.now(), everyMs: 1000 };
/** NTP moves a clock that is right by far less in a second. */
const STEP_MS = 1000;
