import { join } from "node:path";
import type { Config } from "../config/schema/config-schema.ts";
import type { ArchiveSettings } from "./event-archive.ts";

const MB = 2 ** 20;

/** Where the config keeps events; null where it has no place for them. */
export function archiveDisk({ archive, state_dir: stateDirectory }: Config): ArchiveSettings["disk"] {
  const directory = archive.directory ?? (stateDirectory === undefined ? null : join(stateDirectory, "events"));
  if (directory === null) return null;
  const { max_mb: maxMb, max_days: maxDays, reserve_mb: reserveMb } = archive;
  return { directory, maxBytes: maxMb * MB, maxDays, reserveBytes: reserveMb * MB };
}
