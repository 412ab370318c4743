import { type Clock, systemClock } from "../../base/clock.ts";
import type { MessageClass } from "../messages/message-class.ts";
import type { Report } from "../report/report.ts";

/** Reports messages that are not delivered: each topic once, and again after an hour. */
export type TellRefused = (message: { class: MessageClass; topic: string }, why: string) => void;

const AGAIN_MS = 3_600_000;
/** Topics remembered; those that come and go would fill the memory. */
const MAX_TOPICS = 1000;

export function refusedTopics(report: Report, clock: Pick<Clock, "now"> = systemClock): TellRefused {
  const reportedAt = new Map<string, number>();
  return ({ class: name, topic }, why) => {
    const at = reportedAt.get(topic);
    const now = clock.now();
    if (at !== undefined && now - at < AGAIN_MS) return;
    reportedAt.delete(topic);
    reportedAt.set(topic, now);
    for (const oldest of reportedAt.keys()) {
      if (reportedAt.size <= MAX_TOPICS) break;
      reportedAt.delete(oldest);
    }
    report({ type: "message_refused", class: name, topic, message: why });
  };
}
