/** Upper ends of the buckets in milliseconds; one more bucket has what took longer. */
export const TIME_BOUNDS_MS = [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] as const;

const BUCKETS = TIME_BOUNDS_MS.length + 1;

/** Memory of a histogram that threads count into together. */
export function timeHistogramMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer((BUCKETS + 1) * BigInt64Array.BYTES_PER_ELEMENT);
}

export interface CountedTimes {
  /** Of each bucket by itself, in the order of `TIME_BOUNDS_MS`, the last one without an upper end. */
  counts: number[];
  sumMs: number;
}

/** How many durations there were of which length, since the start. */
export class TimeHistogram {
  readonly memory: SharedArrayBuffer;
  readonly #cells: BigInt64Array;

  constructor(memory = timeHistogramMemory()) {
    this.memory = memory;
    this.#cells = new BigInt64Array(memory);
  }

  add(ms: number): void {
    const over = TIME_BOUNDS_MS.findIndex((bound) => ms <= bound);
    Atomics.add(this.#cells, over === -1 ? TIME_BOUNDS_MS.length : over, 1n);
    Atomics.add(this.#cells, BUCKETS, BigInt(Math.round(ms * 1000)));
  }

  read(): CountedTimes {
    const counts = Array.from({ length: BUCKETS }, (_, i) => Number(Atomics.load(this.#cells, i)));
    return { counts, sumMs: Number(Atomics.load(this.#cells, BUCKETS)) / 1000 };
  }
}
