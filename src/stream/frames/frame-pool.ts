import { BugError } from "../../base/errors.ts";
import type { Rendition } from "../../kinds/frame.ts";
import { type Arena, align } from "./arena.ts";

/** A rendition whose size in pixels is known. */
export type SizedRendition = Omit<Rendition, "offset">;

/**
 * The frames one stream may have in memory: a slot holds every rendition of one frame.
 * Slots are numbered by their byte offset in the arena, so no two pools ever use the same number at once.
 */
export interface FramePool {
  readonly slots: number;
  /** A free slot, or undefined when all are in use; it has one holder. */
  acquire(): number | undefined;
  /** One holder more. Throws a `BugError` for a slot that is not in use. */
  hold(slot: number): void;
  /** One holder less; the slot is free with the last. Throws a `BugError` for a slot that is not in use. */
  release(slot: number): void;
  /** True while the slot is in use. */
  holds(slot: number): boolean;
  /** Memory of one rendition of a slot: packed rows. */
  view(slot: number, rendition: number): Uint8Array;
  renditions(slot: number): Rendition[];
  readonly inUse: number;
  /** Gives the memory back to the arena as soon as every slot is released. */
  close(): void;
}

export interface FramePoolSettings {
  arena: Arena;
  slots: number;
  renditions: readonly SizedRendition[];
}

/** Throws `STREAM_NO_MEMORY` when the arena has no room. */
export function openFramePool({ arena, slots, renditions }: FramePoolSettings): FramePool {
  const { offsets, sizeBytes } = layOut(renditions);
  const base = arena.allocate(sizeBytes * slots);
  const free = Array.from({ length: slots }, (_, index) => base + (slots - 1 - index) * sizeBytes);
  /** How many hold each slot that is in use. */
  const used = new Map<number, number>();
  let isClosed = false;

  const offsetOf = (slot: number, rendition: number) => slot + (offsets[rendition] ?? 0);
  const freeMemory = () => {
    if (isClosed && used.size === 0) arena.free(base);
  };

  const holdersOf = (slot: number) => {
    const holders = used.get(slot);
    if (holders === undefined) throw new BugError(`frame slot ${slot} is not in use`, { slot });
    return holders;
  };

  return {
    slots,
    acquire() {
      const slot = free.pop();
      if (slot !== undefined) used.set(slot, 1);
      return slot;
    },
    hold: (slot) => void used.set(slot, holdersOf(slot) + 1),
    release(slot) {
      const holders = holdersOf(slot);
      if (holders > 1) {
        used.set(slot, holders - 1);
        return;
      }
      used.delete(slot);
      free.push(slot);
      freeMemory();
    },
    holds: (slot) => used.has(slot),
    view(slot, rendition) {
      return new Uint8Array(arena.memory, offsetOf(slot, rendition), sizeOf(renditions[rendition]));
    },
    renditions: (slot) => renditions.map((rendition, index) => ({ ...rendition, offset: offsetOf(slot, index) })),
    get inUse() {
      return used.size;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      freeMemory();
    },
  };
}

/** Where the renditions lie inside a slot. */
function layOut(renditions: readonly SizedRendition[]) {
  let sizeBytes = 0;
  const offsets = renditions.map((rendition) => {
    const offset = sizeBytes;
    sizeBytes += align(sizeOf(rendition));
    return offset;
  });
  return { offsets, sizeBytes };
}

function sizeOf(rendition: SizedRendition | undefined): number {
  if (rendition === undefined) return 0;
  return rendition.width * rendition.height * (rendition.pixelFormat === "gray" ? 1 : 3);
}
