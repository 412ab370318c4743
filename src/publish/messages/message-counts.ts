import type { MessageClass } from "./message-class.ts";

export type DropReason =
  | "not_connected"
  | "backpressure"
  | "lost"
  | "refused"
  | "too_large"
  | "superseded"
  | "overflow"
  | "expired"
  | "damaged"
  | "undeliverable"
  | "closed";

/** `unknown`: lost from a damaged spool, where nothing tells what it was. */
export type CountedClass = MessageClass | "unknown";

/** Messages of one class. */
export interface ClassCounts {
  /** Given to the network (QoS 0) or acknowledged (QoS 1). */
  published: number;
  dropped: Partial<Record<DropReason, number>>;
  /** Had to wait in the spool. */
  spooled: number;
}

export interface MessageCounts {
  published(of: MessageClass): void;
  dropped(of: CountedClass, reason: DropReason, count?: number): void;
  spooled(of: MessageClass): void;
  /** Of the classes that occurred. */
  all(): Partial<Record<CountedClass, ClassCounts>>;
}

export function createMessageCounts(): MessageCounts {
  const counts: Partial<Record<CountedClass, ClassCounts>> = {};
  const countsOf = (name: CountedClass) => {
    counts[name] ??= { published: 0, dropped: {}, spooled: 0 };
    return counts[name];
  };
  return {
    published: (of) => void countsOf(of).published++,
    dropped(of, reason, count = 1) {
      const { dropped } = countsOf(of);
      dropped[reason] = (dropped[reason] ?? 0) + count;
    },
    spooled: (of) => void countsOf(of).spooled++,
    all: () => structuredClone(counts),
  };
}
