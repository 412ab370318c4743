import type { LatencySummary } from "./latency.ts";

/** As many as a camera gives in about ten seconds. */
const KEPT = 256;

/** The last few durations, of which percentiles are computed when they are asked for. */
export class RecentTimes {
  readonly #ms = new Float32Array(KEPT);
  #count = 0;

  add(ms: number): void {
    this.#ms[this.#count % KEPT] = ms;
    this.#count++;
  }

  summary(): LatencySummary {
    const sorted = this.#ms.slice(0, Math.min(this.#count, KEPT)).sort();
    const at = (share: number) => {
      const ms = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
      return ms === undefined ? null : Math.round(ms * 100) / 100;
    };
    return { p50: at(0.5), p99: at(0.99) };
  }
}
