import type { Box } from "../geometry/box-overlap.ts";
import { AreaMotion } from "./area-motion.ts";
import { Track } from "./track.ts";
import type { Step } from "./tracker.ts";

/** A track that goes by what was observed: it knows where it was seen, and walks over a gap once it is seen again. */
export class ObservedTrack extends Track<AreaMotion> {
  lastSeen: Box;
  /** Direction of its motion as a unit vector; null while it was seen but once. */
  heading: readonly [number, number] | null = null;
  /** Boxes by the update that saw them, of the last updates. */
  private readonly seenAt = new Map<number, Box>();
  private readonly lookback: number;
  private updates = 0;
  private lastStep: Step | null = null;
  /** The motion as it was at the last sight, kept while the object is out of sight. */
  private motionAtLoss: AreaMotion | null = null;

  /** `lookback` is in updates. */
  constructor(box: Box, lookback: number) {
    super(box, new AreaMotion(box));
    this.lastSeen = box;
    this.lookback = lookback;
    // The first sight alone does not count.
    this.sightsInRow = 0;
  }

  override predict(step: Step): void {
    if (this.missed > 0 && this.motionAtLoss === null) this.motionAtLoss = new AreaMotion(this.motion);
    super.predict(step);
    this.updates++;
    this.lastStep = step;
  }

  override see(box: Box): void {
    const from = this.boxBefore();
    if (from !== null) this.heading = direction(from, box);
    this.walkOverGap(box);
    super.see(box);
    this.lastSeen = box;
    this.seenAt.set(this.updates, box);
    for (const update of this.seenAt.keys()) if (update < this.updates - this.lookback) this.seenAt.delete(update);
  }

  /** The oldest box within the lookback, else the last one. */
  get reference(): Box {
    return this.boxBefore() ?? this.lastSeen;
  }

  private boxBefore(): Box | null {
    for (let back = this.lookback; back > 0; back--) {
      const box = this.seenAt.get(this.updates - back);
      if (box !== undefined) return box;
    }
    return [...this.seenAt.values()].at(-1) ?? null;
  }

  /** Corrects the motion by the straight way from the last sight to this one, in place of the drift of the expectation. */
  private walkOverGap(box: Box): void {
    if (this.motionAtLoss === null) return;
    const steps = this.missed;
    this.motion = this.motionAtLoss;
    this.motionAtLoss = null;
    for (let i = 1; i <= steps; i++) {
      this.motion.correct(between(this.lastSeen, box, i / steps));
      if (i < steps) this.motion.predict(this.lastStep?.frames ?? 1);
    }
  }
}

function between(from: Box, to: Box, share: number): Box {
  return from.map((value, i) => value + share * ((to[i] ?? value) - value)) as unknown as Box;
}

export function direction(from: Box, to: Box): readonly [number, number] {
  const x = (to[0] + to[2] - from[0] - from[2]) / 2;
  const y = (to[1] + to[3] - from[1] - from[3]) / 2;
  const length = Math.hypot(x, y) + 1e-6;
  return [x / length, y / length];
}
