import type { Box } from "../geometry/box-overlap.ts";
import type { BoxMotion } from "./box-motion.ts";
import type { Step } from "./tracker.ts";

/** How an object looks: a vector of length 1. */
export type Appearance = Float64Array;

/** One object as it is followed. */
export class Track<M extends BoxMotion = BoxMotion> {
  /** 0 until the policy gives one. */
  id = 0;
  /** Updates that saw it: in all, and those in a row up to the last sight. */
  sights = 1;
  sightsInRow = 1;
  /** Updates since it was seen. */
  missed = 0;
  /** Frames since it began. */
  age = 0;
  unseenS = 0;
  /** Where it is expected, or was seen in this update. */
  box: Box;
  motion: M;
  /** How it looked, for a tracker that compares that. */
  appearance: Appearance | null = null;

  constructor(box: Box, motion: M) {
    this.box = box;
    this.motion = motion;
  }

  get isSeen(): boolean {
    return this.missed === 0;
  }

  predict({ frames, seconds }: Step): void {
    this.motion.predict(frames, this.isSeen);
    this.box = this.motion.box;
    if (!this.isSeen) this.sightsInRow = 0;
    this.age += frames;
    this.unseenS += seconds;
    this.missed++;
  }

  see(box: Box): void {
    this.motion.correct(box);
    this.box = this.motion.box;
    this.unseenS = 0;
    this.missed = 0;
    this.sights++;
    this.sightsInRow++;
  }
}
