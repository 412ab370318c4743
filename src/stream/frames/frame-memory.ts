import { BugError, SourceError } from "../../base/errors.ts";
import type { Rendition } from "../../kinds/frame.ts";
import type { Arena } from "./arena.ts";
import { type FramePool, openFramePool, type SizedRendition } from "./frame-pool.ts";

/** The frame pools of one stream: those for the sizes it has now, and older ones until their last frame is released. */
export class FrameMemory {
  readonly #arena: Arena;
  #pools: FramePool[] = [];
  #current: FramePool[] = [];
  #renditions: readonly SizedRendition[] = [];
  #layout = "";

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /**
   * Allocates a pool for frames of these sizes, or keeps the present ones if they fit. False while memory is in use.
   * Throws `STREAM_NO_MEMORY` when there will be none.
   */
  prepare(renditions: readonly SizedRendition[], slots: number): boolean {
    const layout = JSON.stringify(renditions);
    if (this.#current.length > 0 && layout === this.#layout && slots === this.#slots) return true;
    this.close();
    try {
      this.#open(renditions, slots);
    } catch (error) {
      if (error instanceof SourceError && this.inUse > 0) return false;
      throw error;
    }
    this.#renditions = renditions;
    this.#layout = layout;
    return true;
  }

  /** Has room for so many frames of the present sizes from now on. Throws `STREAM_NO_MEMORY`. */
  grow(slots: number): void {
    const missing = slots - this.#slots;
    if (this.#current.length > 0 && missing > 0) this.#open(this.#renditions, missing);
  }

  /** A slot with one holder. */
  acquire(): number | undefined {
    for (const pool of this.#current) {
      const slot = pool.acquire();
      if (slot !== undefined) return slot;
    }
    return undefined;
  }

  /** One holder more. Throws a `BugError` for a slot that is not in use. */
  hold(slot: number): void {
    this.#holder(slot).hold(slot);
  }

  view(slot: number, rendition: number): Uint8Array {
    return this.#holder(slot).view(slot, rendition);
  }

  renditions(slot: number): Rendition[] {
    return this.#holder(slot).renditions(slot);
  }

  /** One holder less. Throws a `BugError` for a slot that is not in use. */
  release(slot: number): void {
    const pool = this.#holder(slot);
    pool.release(slot);
    if (pool.inUse === 0 && !this.#current.includes(pool)) this.#pools = this.#pools.filter((one) => one !== pool);
  }

  get inUse(): number {
    return this.#pools.reduce((sum, pool) => sum + pool.inUse, 0);
  }

  /** Memory goes back to the arena with the last frame in use. */
  close(): void {
    for (const pool of this.#current) pool.close();
    this.#pools = this.#pools.filter((pool) => pool.inUse > 0);
    this.#current = [];
  }

  get #slots(): number {
    return this.#current.reduce((sum, pool) => sum + pool.slots, 0);
  }

  #open(renditions: readonly SizedRendition[], slots: number): void {
    const pool = openFramePool({ arena: this.#arena, slots, renditions });
    this.#current.push(pool);
    this.#pools.push(pool);
  }

  #holder(slot: number): FramePool {
    const pool = this.#pools.find((candidate) => candidate.holds(slot));
    if (pool === undefined) throw new BugError(`frame slot ${slot} is not in use`, { slot });
    return pool;
  }
}
