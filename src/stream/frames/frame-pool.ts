import { BugError } from "../../base/errors.ts";
import type { Rendition } from "../../kinds/frame.ts";
import { type Arena, align } from "./arena.ts";

/** A rendition whose size in pixels is known. */
export type SizedRendition = Omit<Rendition, "offset">;

/**
 * The frames one camera may have in memory: a slot holds every rendition of one frame.
 * Slots are numbered by their byte offset in the arena, so no two pools ever use the same number at once.
 */
export interface FramePool {
  /** A free slot, or undefined when all are in use. */
  acquire(): number | undefined;
  /** Throws a `BugError` for a slot that is not in use. */
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
  const used = new Set<number>();
  let isClosed = false;

  const offsetOf = (slot: number, rendition: number) => slot + (offsets[rendition] ?? 0);
  const freeMemory = () => {
    if (isClosed && used.size === 0) arena.free(base);
  };

  return {
    acquire() {
      const slot = free.pop();
      if (slot !== undefined) used.add(slot);
      return slot;
    },
    release(slot) {
      if (!used.delete(slot)) throw new BugError(`frame slot ${slot} is not in use`, { slot });
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
