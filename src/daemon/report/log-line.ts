import { BROKER_WORDS } from "./broker-words.ts";
import { CAMERA_WORDS } from "./camera-words.ts";
import { DAEMON_WORDS } from "./daemon-words.ts";
import type { DaemonEvent } from "./events.ts";
import { HOST_WORDS } from "./host-words.ts";
import type { LogLine, Words } from "./line.ts";
import { STEP_WORDS } from "./step-words.ts";

const WORDS: Words = { ...DAEMON_WORDS, ...CAMERA_WORDS, ...STEP_WORDS, ...BROKER_WORDS, ...HOST_WORDS };

/** The log line of an event. */
export function logLine(event: DaemonEvent): LogLine {
  const words = WORDS[event.type] as (event: DaemonEvent) => LogLine;
  return words(event);
}
