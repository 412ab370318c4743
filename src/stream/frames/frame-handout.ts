import { steadyMs } from "../../base/steady-clock.ts";
import type { Rendition } from "../../kinds/frame.ts";
import type { Delivery } from "../frame-scheduler.ts";
import type { Arena } from "./arena.ts";
import type { StreamInfo } from "./frame-assembly.ts";
import { FrameMemory } from "./frame-memory.ts";
import type { SizedRendition } from "./frame-pool.ts";

/** One of those who get the frames of a stream. */
export interface FrameTaker {
  readonly delivery: Delivery;
  /** Frames that it may have at once, and those that it has. */
  readonly slots: number;
  readonly held: number;
  /** A frame has come, whether it is to take it or not. */
  shown(info: StreamInfo): void;
  /** Whether it takes the frame, which it counts then; without a place it takes none. */
  takes(pts: number, hasPlace: boolean): boolean;
  /** The frame that it takes, and then has to release. */
  give(frame: StreamFrame): void;
}

export interface StreamFrame extends FrameMoment {
  slot: number;
  /** By `steadyMs`. */
  decodedAt: number;
  /** In the order of the run. */
  renditions: Rendition[];
}

export interface FrameMoment {
  /** Seconds of the stream. */
  pts: number;
  /** UTC milliseconds. */
  timestamp: number;
  info: StreamInfo;
}

/** Hands each frame of a stream to those who take it; its memory is free again when all of them have released it. */
export class FrameHandout {
  readonly #memory: FrameMemory;
  #takers: readonly Joined[] = [];
  /** Frames of the run that were begun, and those of them that are complete; they are so in order. */
  #begun = 0;
  #completed = 0;
  /** Slots of frames that are being read. */
  #reading = 0;
  #wake: () => void = () => {};

  constructor(arena: Arena) {
    this.#memory = new FrameMemory(arena);
  }

  /** A run is over; those who take the frames of the next one join again. */
  restart(): void {
    this.#takers = [];
    this.#begun = 0;
    this.#completed = 0;
    this.#reading = 0;
    this.#wake = () => {};
  }

  /** Frames that were begun before are not its own. */
  join(taker: FrameTaker): void {
    this.#takers = [...this.#takers, { taker, after: this.#begun }];
  }

  /** Frames that it has are still its own to release. */
  leave(taker: FrameTaker): void {
    this.#takers = this.#takers.filter((joined) => joined.taker !== taker);
    this.#wake();
  }

  /** Makes room for one more beside the others. Throws `STREAM_NO_MEMORY` where there is none. */
  makeRoom({ slots }: FrameTaker): void {
    this.#memory.grow(this.#slots + slots);
  }

  /** Makes room for frames of these sizes; false while memory is in use, which `wake` reports the end of. */
  prepare(renditions: readonly SizedRendition[], wake: () => void): boolean {
    this.#wake = wake;
    return this.#memory.prepare(renditions, this.#slots);
  }

  /** One who is to get all frames holds up the others, and one who gets the newest does not. */
  claim(): number | "discard" | "wait" {
    for (const { taker } of this.#takers) {
      if (taker.delivery === "all" && taker.held + this.#reading >= taker.slots) return "wait";
    }
    const slot = this.#memory.acquire();
    if (slot !== undefined) this.#reading++;
    else if (this.#takers.some(({ taker }) => taker.delivery === "all")) return "wait";
    this.#begun++;
    return slot ?? "discard";
  }

  view(slot: number, rendition: number): Uint8Array {
    return this.#memory.view(slot, rendition);
  }

  complete(place: number | "discard", moment: FrameMoment): void {
    const hasPlace = place !== "discard";
    if (hasPlace) this.#reading--;
    const all = this.#takers;
    const takers: FrameTaker[] = [];
    const ordinal = ++this.#completed;
    for (const { taker, after } of all) {
      if (ordinal <= after) continue;
      taker.shown(moment.info);
      if (taker.takes(moment.pts, hasPlace)) takers.push(taker);
    }
    if (!hasPlace) return;
    if (takers.length > 0) this.#hand(place, takers, moment);
    else this.#memory.release(place);
    // Those who have not taken it have a place again.
    if (takers.length < all.length) this.#wake();
  }

  abandon(slot: number): void {
    this.#reading--;
    this.#memory.release(slot);
  }

  /** Of one who had it. Throws a `BugError` for a slot that is not in use. */
  release(slot: number): void {
    this.#memory.release(slot);
    this.#wake();
  }

  /** Memory goes back to the arena with the last frame in use. */
  close(): void {
    this.restart();
    this.#memory.close();
  }

  get #slots(): number {
    return this.#takers.reduce((sum, { taker }) => sum + taker.slots, 0);
  }

  /** All hold it before the first gets it, who may release it at once. */
  #hand(slot: number, takers: readonly FrameTaker[], { pts, timestamp, info }: FrameMoment): void {
    for (let others = takers.length - 1; others > 0; others--) this.#memory.hold(slot);
    const renditions = this.#memory.renditions(slot);
    const frame = { slot, pts, timestamp, decodedAt: steadyMs(), info, renditions };
    for (const taker of takers) taker.give(frame);
  }
}

interface Joined {
  taker: FrameTaker;
  /** Frames of the run that had been begun. */
  after: number;
}
