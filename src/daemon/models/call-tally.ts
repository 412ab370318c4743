/** Calls of one session, counted by its thread and read by others. */
export interface CallTally {
  readonly memory: SharedArrayBuffer;
  called(items: number, ms: number): void;
  read(): Calls;
}

export interface Calls {
  calls: number;
  items: number;
  /** Milliseconds of a call, weighted towards the last fifty or so. */
  meanMs: number;
}

const WEIGHT = 0.04;

export function openTally(memory = new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT)): CallTally {
  const numbers = new Float64Array(memory);
  const read = (): Calls => ({ calls: numbers[0] ?? 0, items: numbers[1] ?? 0, meanMs: numbers[2] ?? 0 });
  return {
    memory,
    read,
    called(items, ms) {
      const { calls, ...before } = read();
      numbers.set([
        calls + 1,
        before.items + items,
        before.meanMs + (ms - before.meanMs) * Math.max(WEIGHT, 1 / (calls + 1)),
      ]);
    },
  };
}

/** Of several sessions together. */
export function sumCalls(all: readonly Calls[]): Calls {
  const sum = (pick: (calls: Calls) => number) => all.reduce((total, calls) => total + pick(calls), 0);
  const calls = sum((one) => one.calls);
  return {
    calls,
    items: sum(({ items }) => items),
    meanMs: calls === 0 ? 0 : sum((one) => one.meanMs * one.calls) / calls,
  };
}
