import type { DaemonEvent } from "./events.ts";
import { type LogLine, line, retry, words } from "./line.ts";

/** Log lines of the broker and of what waits for it. */
export const BROKER_WORDS = words({
  broker_connected: (event) => ({
    ...line("info", `broker ${event.url}: connected with MQTT ${event.protocolVersion === 5 ? "5" : "3.1.1"}`),
    heals: "broker ",
  }),
  broker_lost: brokerTrouble,
  broker_refused: brokerTrouble,
  message_refused: (event) => line("warn", `a message on ${event.topic} is not delivered: ${event.message}`),
  subscription_refused: (event) => line("warn", `broker refused ${event.topic}: ${event.message}`, event.type),
  spool_degraded: (event) => line("error", `events cannot be kept on disk in ${event.directory}: ${event.message}`),
  spool_recovered: (event) => line("info", `events are kept on disk again in ${event.directory}`),
  spool_damaged: (event) =>
    line(
      "error",
      `${event.file} is damaged (${event.lostBytes} bytes): ${event.lostRecords} events in it are lost; it is kept as .damaged`,
    ),
  spool_unreadable: (event) =>
    line("error", `${event.file} cannot be read, its events wait: ${event.message}`, event.type),
  spool_cursor_lost: (event) =>
    line("warn", `${event.directory}: it is unknown what was already delivered, some events may be sent twice`),
  spool_unsaved: (event) =>
    line(
      "error",
      `${event.records} events that waited for the broker are lost with this process: ${event.directory === null ? "the config has no state_dir" : `${event.directory} cannot be written`}`,
    ),
});

function brokerTrouble(event: DaemonEvent & { type: "broker_lost" | "broker_refused" }): LogLine {
  return line("warn", `broker ${event.url}: ${event.message}${retry(event.retryInMs)}`, `broker ${event.kind}`);
}
