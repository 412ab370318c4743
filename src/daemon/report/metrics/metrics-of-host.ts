import type { Registry } from "prom-client";
import { addMetric } from "./metric.ts";
import type { MetricFacts } from "./metrics.ts";

/** What the machine has left; without samples for what it does not tell. */
export function hostMetrics(registry: Registry, { host }: MetricFacts): void {
  addMetric(registry, {
    name: "millrace_host_memory_available_bytes",
    help: "Memory that can still be taken of the machine, or of the service or container where that has less.",
    read: () => listed(host().memory).map(({ availableBytes }) => [{}, availableBytes] as const),
  });
  addMetric(registry, {
    name: "millrace_host_memory_bytes",
    help: "All memory of the same.",
    read: () => listed(host().memory).map(({ totalBytes }) => [{}, totalBytes] as const),
  });
  addMetric(registry, {
    name: "millrace_host_disk_free_bytes",
    help: "Space left on the disks that are written to, by folder.",
    labels: ["folder"],
    read: () => host().disks.map(({ folder, freeBytes }) => [{ folder }, freeBytes] as const),
  });
  addMetric(registry, {
    name: "millrace_host_temperature_celsius",
    help: "Temperature of each thermal zone.",
    labels: ["zone"],
    read: () => host().temperatures.map(({ zone, celsius }) => [{ zone }, celsius] as const),
  });
  addMetric(registry, {
    name: "millrace_host_power_mode_info",
    help: "Always 1, with the power mode of the machine as a label.",
    labels: ["mode"],
    read: () => listed(host().powerMode).map((mode) => [{ mode }, 1] as const),
  });
  addMetric(registry, {
    name: "millrace_host_strained",
    help: "1 for each thing that the machine runs out of: memory, a disk, the temperature of a zone.",
    labels: ["what"],
    read: () => host().strains.map(({ what }) => [{ what }, 1] as const),
  });
}

function listed<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}
