import type { DaemonEvent } from "./events.ts";

export interface SpoolTrouble {
  directory: string;
  message: string;
}

/** The trouble of the spool after an event. */
export function spoolTrouble(before: SpoolTrouble | null, event: DaemonEvent): SpoolTrouble | null {
  if (event.type === "spool_recovered") return null;
  if (event.type !== "spool_degraded") return before;
  return { directory: event.directory, message: event.message };
}
