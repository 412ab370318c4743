import type { HostState } from "./host-watch.ts";

/** What the machine has left, as it is published; what is not known is left out. */
export interface HostFacts {
  memory_available_mb?: number;
  memory_total_mb?: number;
  /** By folder that is written to. */
  disk_free_mb?: Record<string, number>;
  temperature_c?: Record<string, number>;
  power_mode?: string;
}

export function hostFacts({ memory, disks, temperatures, powerMode }: HostState): HostFacts {
  return {
    ...(memory === null
      ? {}
      : { memory_available_mb: mb(memory.availableBytes), memory_total_mb: mb(memory.totalBytes) }),
    ...(disks.length === 0
      ? {}
      : { disk_free_mb: Object.fromEntries(disks.map(({ folder, freeBytes }) => [folder, mb(freeBytes)])) }),
    ...(temperatures.length === 0
      ? {}
      : { temperature_c: Object.fromEntries(temperatures.map(({ zone, celsius }) => [zone, rounded(celsius)])) }),
    ...(powerMode === null ? {} : { power_mode: powerMode }),
  };
}

function mb(bytes: number): number {
  return rounded(bytes / 2 ** 20);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
