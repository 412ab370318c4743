import { createHistogram } from "node:perf_hooks";

export interface LatencySummary {
  p50: number | null;
  p99: number | null;
}

/** Milliseconds from decoded to published, as percentiles. */
export class Latency {
  readonly #microseconds = createHistogram();

  record(ms: number): void {
    this.#microseconds.record(Math.max(1, Math.round(ms * 1000)));
  }

  summary(): LatencySummary {
    if (this.#microseconds.count === 0) return { p50: null, p99: null };
    const at = (percentile: number) => Math.round(this.#microseconds.percentile(percentile) / 10) / 100;
    return { p50: at(50), p99: at(99) };
  }
}
