import { MESSAGE_CLASS_NAMES, type MessageClass } from "./message-class.ts";

const CELLS = [...MESSAGE_CLASS_NAMES, "track_id"] as const;

/** Counts messages per class, and track ids, from 1; threads that were given the same `memory` count together. */
export interface Sequence {
  memory: SharedArrayBuffer;
  next(of: MessageClass | "track_id"): number;
}

/** A new count, or another thread's view of the one in `memory`. */
export function openSequence(memory = new SharedArrayBuffer(CELLS.length * 8)): Sequence {
  const cells = new BigInt64Array(memory);
  const places = new Map<string, number>(CELLS.map((name, place) => [name, place]));
  return { memory, next: (of) => Number(Atomics.add(cells, places.get(of) ?? 0, 1n)) + 1 };
}
