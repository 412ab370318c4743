import { median } from "./statistics.ts";

export interface Rounds {
  /** Calls before the clock starts, for the compiler to settle. */
  warmUp: number;
  rounds: number;
  /** Calls in a round. */
  calls: number;
}

/** Milliseconds of one call, one after the other: the median of the rounds. */
export async function callTimeMs(call: () => unknown, { warmUp, rounds, calls }: Rounds): Promise<number> {
  for (let i = 0; i < warmUp; i++) await call();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    for (let i = 0; i < calls; i++) await call();
    times.push((performance.now() - startedAt) / calls);
  }
  return median(times);
}

/** Milliseconds of one call, one after the other: the median of the calls, each by itself. For calls long enough to be timed. */
export async function callMedianMs(call: () => unknown, { warmUp, calls }: Omit<Rounds, "rounds">): Promise<number> {
  for (let i = 0; i < warmUp; i++) await call();
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const startedAt = performance.now();
    await call();
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
