import type { Message } from "../messages/message-class.ts";

/** The last message of each topic, to be sent again to a broker that may have lost it. */
export interface Latest {
  put(message: Message): void;
  /** The longest waiting message, taken off the waiting list. */
  next(): Message | undefined;
  /** Puts a message back that was not sent, unless its topic has a newer one. */
  retry(message: Message): void;
  /** Sends it no more, until its topic has another. */
  forget(message: Message): void;
  /** Everything is to be sent again. */
  rewind(): void;
  readonly topics: number;
  readonly waiting: number;
}

export type LatestDrop = "superseded" | "overflow";

export interface LatestSettings {
  /** Default 4096. */
  maxTopics?: number;
  /** Default 16 MiB. */
  maxBytes?: number;
  dropped(message: Message, reason: LatestDrop): void;
}

/** Over a limit, the topic that changed least recently is forgotten. */
export function createLatest({ maxTopics = 4096, maxBytes = 16 * 1024 * 1024, dropped }: LatestSettings): Latest {
  const messages = new Map<string, Message>();
  const waiting = new Set<string>();
  let bytes = 0;

  function put(message: Message): void {
    take(message.topic, "superseded");
    messages.set(message.topic, message);
    waiting.add(message.topic);
    bytes += message.payload.length;
    for (const topic of messages.keys()) {
      if (messages.size <= maxTopics && bytes <= maxBytes) break;
      take(topic, "overflow");
    }
  }

  function take(topic: string, reason: LatestDrop): void {
    const message = messages.get(topic);
    if (message === undefined) return;
    messages.delete(topic);
    bytes -= message.payload.length;
    // What was sent once has not been lost.
    if (waiting.delete(topic)) dropped(message, reason);
  }

  function next(): Message | undefined {
    for (const topic of waiting) {
      waiting.delete(topic);
      const message = messages.get(topic);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  return {
    put,
    next,
    retry(message) {
      if (messages.get(message.topic) === message) waiting.add(message.topic);
    },
    forget(message) {
      if (messages.get(message.topic) !== message) return;
      waiting.delete(message.topic);
      take(message.topic, "superseded");
    },
    rewind() {
      for (const topic of messages.keys()) waiting.add(topic);
    },
    get topics() {
      return messages.size;
    },
    get waiting() {
      return waiting.size;
    },
  };
}
