import { type Clock, systemClock } from "../../base/clock.ts";
import type { Message } from "../messages/message-class.ts";

/** Passes on at most one message of a topic in `everyMs`; of those in between the last, at the end of the time. */
export interface Paced {
  put(message: Message): void;
  /** Passes on what waits. */
  flush(): void;
}

interface Topic {
  at: number;
  waiting: Message | null;
}

/** Topics remembered. */
const MOST_TOPICS = 4096;

export function createPaced(everyMs: number, pass: (message: Message) => void, clock: Clock = systemClock): Paced {
  const topics = new Map<string, Topic>();
  let cancel: (() => void) | null = null;

  function send(topic: Topic, message: Message): void {
    topic.at = clock.now();
    topic.waiting = null;
    pass(message);
  }

  function look(): void {
    cancel = null;
    const now = clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [name, topic] of topics) {
      const leftMs = topic.at + everyMs - now;
      if (leftMs > 0) nextMs = Math.min(nextMs, leftMs);
      else if (topic.waiting !== null) send(topic, topic.waiting);
      else topics.delete(name);
    }
    if ([...topics.values()].some(({ waiting }) => waiting !== null)) schedule(Math.min(nextMs, everyMs));
  }

  function schedule(ms: number): void {
    cancel ??= clock.after(ms, look);
  }

  return {
    put(message) {
      const known = topics.get(message.topic);
      const leftMs = known === undefined ? 0 : known.at + everyMs - clock.now();
      if (leftMs <= 0 || known === undefined) {
        const topic = known ?? { at: 0, waiting: null };
        if (topics.size >= MOST_TOPICS) look();
        topics.set(message.topic, topic);
        send(topic, message);
        return;
      }
      known.waiting = message;
      schedule(leftMs);
    },
    flush() {
      cancel?.();
      cancel = null;
      for (const topic of topics.values()) if (topic.waiting !== null) send(topic, topic.waiting);
    },
  };
}
