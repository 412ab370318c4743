import type { FrameCounts } from "../../stream/ledger.ts";
import { PRIORITIES, type Ranked } from "./shed-ladder.ts";

type Counts = Readonly<Record<string, FrameCounts>>;

/** More than this share of its frames a camera may not lose for want of time, and it is well below the other. */
const MOST_LOST = 0.2;
const FEW_LOST = 0.05;

/** Tells whether cameras lose frames that those of less priority could make room for, in windows of some seconds. */
export class LostFrames {
  #from: { counts: Counts; at: number } | null = null;
  #isOverloaded = false;

  look(counts: Counts, cameras: Ranked, { now, windowMs }: { now: number; windowMs: number }): boolean {
    const from = this.#from;
    if (from !== null && now - from.at < windowMs) return this.#isOverloaded;
    this.#from = { counts, at: now };
    if (from === null) return false;
    const limit = this.#isOverloaded ? FEW_LOST : MOST_LOST;
    this.#isOverloaded = preferred(cameras).some((id) => lostShare(from.counts[id], counts[id]) > limit);
    return this.#isOverloaded;
  }
}

/** Those of more priority than the least that there is. */
function preferred(cameras: Ranked): string[] {
  const least = PRIORITIES.find((priority) => cameras.some((camera) => camera.priority === priority));
  return cameras.filter(({ priority }) => priority !== least).map(({ id }) => id);
}

function lostShare(before: FrameCounts | undefined, after: FrameCounts | undefined): number {
  const decoded = (after?.decoded ?? 0) - (before?.decoded ?? 0);
  return decoded <= 0 ? 0 : (lost(after) - lost(before)) / decoded;
}

/** Frames that came and found no time or memory. */
function lost(counts: FrameCounts | undefined): number {
  const { newest_wins = 0, no_slot = 0, too_old = 0 } = counts?.dropped ?? {};
  return newest_wins + no_slot + too_old;
}
