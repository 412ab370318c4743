import type { MessageClass } from "./message-class.ts";
import type { Report } from "./report.ts";

/** Reports messages that are not delivered: each topic once, and again after an hour. */
export type TellRefused = (message: { class: MessageClass; topic: string }, why: string) => void;

const AGAIN_MS = 3_600_000;
/** Topics remembered; those that come and go would fill the memory. */
const MAX_TOPICS = 1000;

export function refusedTopics(report: Report, now: () => number = () => performance.now()): TellRefused {
  const told = new Map<string, number>();
  return ({ class: name, topic }, why) => {
    const at = told.get(topic);
    if (at !== undefined && now() - at < AGAIN_MS) return;
    told.delete(topic);
    told.set(topic, now());
    for (const oldest of told.keys()) {
      if (told.size <= MAX_TOPICS) break;
      told.delete(oldest);
    }
    report({ type: "message_refused", class: name, topic, message: why });
  };
}
