import { performance } from "node:perf_hooks";
import type { Registry } from "prom-client";
import { mostOpenFiles, openFiles } from "../../host/open-files.ts";
import { addMetric, type Sample } from "./metric.ts";

/** What the daemon's process takes of the machine, without its decoders. */
export function processMetrics(registry: Registry): void {
  let before = performance.eventLoopUtilization();
  addMetric(registry, {
    name: "millrace_process_cpu_seconds_total",
    help: "Processor time of the daemon with its threads.",
    read: () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    },
  });
  addMetric(registry, {
    name: "millrace_process_resident_memory_bytes",
    help: "Resident memory of the daemon with its threads.",
    read: () => [[{}, process.memoryUsage.rss()]],
  });
  addMetric(registry, {
    name: "millrace_process_heap_bytes",
    help: "Heap of the main thread.",
    read: () => [[{}, process.memoryUsage().heapUsed]],
  });
  addMetric(registry, {
    name: "millrace_process_open_descriptors",
    help: "Open file descriptors, where the system tells.",
    read: () => sampleOf(openFiles()),
  });
  addMetric(registry, {
    name: "millrace_process_max_descriptors",
    help: "Most descriptors that the process may have, where the system tells.",
    read: () => sampleOf(mostOpenFiles()),
  });
  addMetric(registry, {
    name: "millrace_process_event_loop_utilization",
    help: "Share of time that the main thread was busy since the last scrape, from 0 to 1.",
    read: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return [[{}, utilization]];
    },
  });
}

function sampleOf(value: number | null): Sample[] {
  return value === null ? [] : [[{}, value]];
}
