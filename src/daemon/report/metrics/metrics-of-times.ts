import type { Registry } from "prom-client";
import { FRAME_PARTS, PAUSED_THREADS } from "../../timing/frame-times.ts";
import { TIME_BOUNDS_MS } from "../../timing/time-histogram.ts";
import { addHistogram } from "./metric.ts";
import type { MetricFacts } from "./metrics.ts";

/** Where the time of frames goes, and what stops threads. */
export function timeMetrics(registry: Registry, { times }: MetricFacts): void {
  addHistogram(registry, {
    name: "millrace_frame_part_seconds",
    help: `Time of each frame from decoded to published, by the part of its way: ${FRAME_PARTS.join(", ")}.`,
    labels: ["part"],
    boundsMs: TIME_BOUNDS_MS,
    read: () => FRAME_PARTS.map((part) => [{ part }, times().parts[part]] as const),
  });
  addHistogram(registry, {
    name: "millrace_collector_pause_seconds",
    help: `Pauses for the garbage collector, by kind of thread: ${PAUSED_THREADS.join(", ")}.`,
    labels: ["thread"],
    boundsMs: TIME_BOUNDS_MS,
    read: () => PAUSED_THREADS.map((thread) => [{ thread }, times().pauses[thread]] as const),
  });
}
