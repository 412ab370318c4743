/** Milliseconds on a clock that never jumps: one for all threads, unlike `performance.timeOrigin`, which is the time of day. */
export function steadyMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
