import type { DiskRoom } from "./disk-room.ts";
import { readDiskRoom } from "./disk-room.ts";
import { type MemoryRoom, readMemoryRoom } from "./memory-room.ts";
import { mostOpenFiles, openFiles } from "./open-files.ts";
import { readPowerMode } from "./power-mode.ts";
import { readTemperatures, type Temperature } from "./temperatures.ts";

/** What the machine has left, at one moment. What it does not tell is null or absent. */
export interface HostReading {
  memory: MemoryRoom | null;
  disks: readonly DiskRoom[];
  /** Of this process. */
  files: { open: number; most: number } | null;
  temperatures: readonly Temperature[];
  /** Of a Jetson, else how the processor's frequency is governed. */
  powerMode: string | null;
}

export interface HostSources {
  /** Folder below which `proc`, `sys`, `etc` and `var` of the machine lie. */
  root: string;
  /** Folders whose disks are looked at. */
  folders: readonly string[];
}

export async function readHost({ root, folders }: HostSources): Promise<HostReading> {
  const [memory, disks, temperatures, powerMode] = await Promise.all([
    readMemoryRoom(root),
    readDiskRoom(folders),
    readTemperatures(root),
    readPowerMode(root),
  ]);
  return { memory, disks, files: readFiles(), temperatures, powerMode };
}

function readFiles(): HostReading["files"] {
  const [open, most] = [openFiles(), mostOpenFiles()];
  return open === null || most === null ? null : { open, most };
}
