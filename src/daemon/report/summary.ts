import type { FrameCounts } from "../../stream/ledger.ts";
import type { Latency } from "./latency.ts";

/** What a run amounts to: decoded = published + all dropped, once nothing is in flight. */
export interface Summary {
  decoded: number;
  published: number;
  dropped: Record<string, number>;
  fps: number;
  latency_ms: { p50: number | null; p99: number | null };
  /** From the first frame decoded to the last result. */
  seconds: number;
}

export function summarise(
  counts: Record<string, FrameCounts>,
  latencies: readonly Latency[],
  seconds: number,
): Summary {
  const all = Object.values(counts);
  const total = (pick: (counts: FrameCounts) => number) => all.reduce((sum, one) => sum + pick(one), 0);
  const dropped: Record<string, number> = {};
  for (const one of all) {
    for (const [reason, count] of Object.entries(one.dropped)) dropped[reason] = (dropped[reason] ?? 0) + (count ?? 0);
  }
  const published = total((one) => one.published);
  // Percentiles do not add up; with several pipelines the slowest one speaks for all.
  const summaries = latencies.map((latency) => latency.summary());
  const slowest = (pick: "p50" | "p99") => {
    const found = summaries.map((summary) => summary[pick]).filter((ms) => ms !== null);
    return found.length === 0 ? null : Math.max(...found);
  };
  return {
    decoded: total((one) => one.decoded),
    published,
    dropped,
    fps: Math.round((published / Math.max(1e-3, seconds)) * 100) / 100,
    latency_ms: { p50: slowest("p50"), p99: slowest("p99") },
    seconds: Math.round(seconds * 1000) / 1000,
  };
}
