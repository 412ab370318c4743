import { availableParallelism } from "node:os";
import type { Config } from "../../config/schema/config-schema.ts";
import type { HostReading } from "../../host/host-reading.ts";
import { readHost } from "../../host/host-reading.ts";
import { type HostLimits, type Strain, strainsOf } from "../../host/strain.ts";
import type { Finding } from "./doctor.ts";

const LIMITS: HostLimits = { memoryReserveBytes: null, diskReserveBytes: 0, temperatureC: null };

/** Memory, temperature and power mode of the machine, as a daemon would watch them. */
export async function examineHost(config: Config | null): Promise<Finding[]> {
  const reading = await readHost({ root: config?.host.root ?? "/", folders: [] });
  const strains = strainsOf(reading, LIMITS, []);
  return [memoryOf(reading, strains), temperatureOf(reading, strains), powerModeOf(reading)];
}

function memoryOf({ memory }: HostReading, strains: readonly Strain[]): Finding {
  const processors = `${availableParallelism()} processors`;
  if (memory === null) return { id: "machine", status: "ok", found: `${processors}; memory is not known` };
  const owner = memory.of === "group" ? ", by the limit of this service or container" : "";
  const found = `${processors}, ${gib(memory.availableBytes)} of ${gib(memory.totalBytes)} of memory left${owner}`;
  const strain = strains.find(({ kind }) => kind === "memory");
  if (strain === undefined) return { id: "machine", status: "ok", found };
  return { id: "machine", status: "warning", found, advice: `a daemon would pause cameras: ${strain.message}` };
}

function temperatureOf({ temperatures }: HostReading, strains: readonly Strain[]): Finding {
  const id = "temperature";
  if (temperatures.length === 0) return { id, status: "ok", found: "this machine has no sensors that can be read" };
  const shown = temperatures.map(({ zone, celsius, limit }) => {
    return `${zone} ${celsius.toFixed(0)} °C${limit === null ? "" : ` of ${limit.toFixed(0)}`}`;
  });
  const hot = strains.filter(({ kind }) => kind === "temperature").map(({ what }) => what);
  if (hot.length === 0) return { id, status: "ok", found: shown.join(", ") };
  return {
    id,
    status: "warning",
    found: shown.join(", "),
    advice: `${hot.join(", ")}: cool it, or give it less to do`,
  };
}

function powerModeOf({ powerMode }: HostReading): Finding {
  const id = "power_mode";
  if (powerMode === null) return { id, status: "ok", found: "this machine tells none" };
  return { id, status: "ok", found: powerMode };
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
