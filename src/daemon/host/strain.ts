import type { HostReading } from "./host-reading.ts";
import { RAISE_OPEN_FILES } from "./open-files.ts";

/** Something that the machine runs out of. */
export interface Strain {
  kind: "memory" | "disk" | "files" | "temperature";
  /** `memory`, `open files`, `disk <folder>` or `temperature <zone>`. */
  what: string;
  message: string;
}

export interface HostLimits {
  /** Least memory to be left; by default 5 % of all, 64 to 512 MB. */
  memoryReserveBytes: number | null;
  /** Least room to be left on a disk, but never more than a tenth of it. */
  diskReserveBytes: number;
  /** Where any zone is too hot; by default where the kernel says so of each. */
  temperatureC: number | null;
}

const MB = 2 ** 20;
/** What is strained is so until there is half as much room again, or it is cooler by some degrees. */
const RELIEF = 1.5;
const COOLER_C = 5;

/** What the machine runs out of; what was strained `before` takes more to be over, so that nothing flaps at a limit. */
export function strainsOf(reading: HostReading, limits: HostLimits, before: readonly Strain[]): Strain[] {
  const was = (what: string) => before.some((strain) => strain.what === what);
  return [
    ...memoryStrain(reading, limits, was),
    ...diskStrains(reading, limits, was),
    ...fileStrain(reading, was),
    ...heat(reading, limits, was),
  ];
}

type Was = (what: string) => boolean;

/** Least memory to be left on this machine. */
function memoryReserve({ memoryReserveBytes }: HostLimits, totalBytes: number): number {
  return memoryReserveBytes ?? Math.min(512 * MB, Math.max(64 * MB, totalBytes / 20));
}

function memoryStrain({ memory }: HostReading, limits: HostLimits, was: Was): Strain[] {
  if (memory === null) return [];
  const { availableBytes, totalBytes, of } = memory;
  const reserve = memoryReserve(limits, totalBytes);
  if (availableBytes >= reserve * (was("memory") ? RELIEF : 1)) return [];
  const owner = of === "group" ? "this service or container may have" : "this machine has";
  const own = `this process takes ${mb(process.memoryUsage.rss())}`;
  const message = `${mb(availableBytes)} of the ${mb(totalBytes)} that ${owner} are left, ${mb(reserve)} should be; ${own}`;
  return [{ kind: "memory", what: "memory", message }];
}

function diskStrains({ disks }: HostReading, { diskReserveBytes }: HostLimits, was: Was): Strain[] {
  return disks.flatMap(({ folder, freeBytes, totalBytes }): Strain[] => {
    const what = `disk ${folder}`;
    const reserve = Math.min(diskReserveBytes, totalBytes / 10);
    if (freeBytes >= reserve * (was(what) ? RELIEF : 1)) return [];
    return [{ kind: "disk", what, message: `${mb(freeBytes)} are left on the disk, ${mb(reserve)} should be` }];
  });
}

/** Shares of the open files that are too many, and few enough again. */
const MOST_FILES = 0.85;
const FEWER_FILES = 0.75;

function fileStrain({ files }: HostReading, was: Was): Strain[] {
  const what = "open files";
  if (files === null || files.open < files.most * (was(what) ? FEWER_FILES : MOST_FILES)) return [];
  const message = `${files.open} are open of the ${files.most} that this process may have; ${RAISE_OPEN_FILES}`;
  return [{ kind: "files", what, message }];
}

function heat({ temperatures }: HostReading, { temperatureC }: HostLimits, was: Was): Strain[] {
  return temperatures.flatMap(({ zone, celsius, limit: own }): Strain[] => {
    const what = `temperature ${zone}`;
    const limit = temperatureC ?? own;
    if (limit === null || celsius < limit - (was(what) ? COOLER_C : 0)) return [];
    return [{ kind: "temperature", what, message: `${celsius.toFixed(0)} °C, the limit is ${limit.toFixed(0)} °C` }];
  });
}

function mb(bytes: number): string {
  const value = bytes / MB;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} MB`;
}
