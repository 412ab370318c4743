import { PerformanceObserver } from "node:perf_hooks";
import type { TimeHistogram } from "./time-histogram.ts";

/** Counts how long the garbage collector stops this thread each time; until it is closed. */
export function watchPauses(histogram: TimeHistogram): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) histogram.add(duration);
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}
