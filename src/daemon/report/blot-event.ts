import { blot } from "../../base/secrets.ts";
import type { DaemonEvent } from "./events.ts";

/** Fields with words that are not ours: of ffmpeg, of the broker, of code. Names of cameras and steps are no secrets. */
const FOREIGN = new Set(["message", "stderr", "text", "report", "tail", "reason"]);

/** The event without secrets, as it may leave the program. */
export function blotEvent(event: DaemonEvent): DaemonEvent {
  const entries = Object.entries(event).map(([key, value]) => [key, FOREIGN.has(key) ? blotted(value) : value]);
  return Object.fromEntries(entries) as DaemonEvent;
}

function blotted(value: unknown): unknown {
  if (typeof value === "string") return blot(value);
  return Array.isArray(value) ? value.map(blotted) : value;
}
