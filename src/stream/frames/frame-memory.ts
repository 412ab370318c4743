import { BugError, SourceError } from "../../base/errors.ts";
import type { Rendition } from "../../kinds/frame.ts";
import type { Arena } from "./arena.ts";
import { type FramePool, openFramePool, type SizedRendition } from "./frame-pool.ts";

/** The frame pools of one camera: one for the sizes it has now, and older ones until their last frame is released. */
export class FrameMemory {
  readonly #arena: Arena;
  readonly #slots: number;
  readonly #emptied: () => void;
  #pools: FramePool[] = [];
  #current: FramePool | undefined;
  #layout = "";

  /** `emptied` is called whenever the last frame in use is released. */
  constructor(arena: Arena, slots: number, emptied: () => void) {
    this.#arena = arena;
    this.#slots = slots;
    this.#emptied = emptied;
  }

  /**
   * Allocates a pool for frames of these sizes, or keeps the present one if they fit. False while memory is in use.
   * Throws `STREAM_NO_MEMORY` when there will be none.
   */
  prepare(renditions: readonly SizedRendition[]): boolean {
    const layout = JSON.stringify(renditions);
    if (this.#current !== undefined && layout === this.#layout) return true;
    this.close();
    try {
      this.#current = openFramePool({ arena: this.#arena, slots: this.#slots, renditions });
    } catch (error) {
      if (error instanceof SourceError && this.inUse > 0) return false;
      throw error;
    }
    this.#pools.push(this.#current);
    this.#layout = layout;
    return true;
  }

  acquire(): number | undefined {
    return this.#current?.acquire();
  }

  view(slot: number, rendition: number): Uint8Array {
    return this.#holder(slot).view(slot, rendition);
  }

  renditions(slot: number): Rendition[] {
    return this.#holder(slot).renditions(slot);
  }

  /** Throws a `BugError` for a slot that is not in use. */
  release(slot: number): void {
    this.#holder(slot).release(slot);
    this.#pools = this.#pools.filter((pool) => pool === this.#current || pool.inUse > 0);
    if (this.inUse === 0) this.#emptied();
  }

  get inUse(): number {
    return this.#pools.reduce((sum, pool) => sum + pool.inUse, 0);
  }

  /** Memory goes back to the arena with the last frame in use. */
  close(): void {
    this.#current?.close();
    this.#pools = this.#pools.filter((pool) => pool.inUse > 0);
    this.#current = undefined;
  }

  #holder(slot: number): FramePool {
    const pool = this.#pools.find((candidate) => candidate.holds(slot));
    if (pool === undefined) throw new BugError(`frame slot ${slot} is not in use`, { slot });
    return pool;
  }
}
