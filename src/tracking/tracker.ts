import type { Box } from "../geometry/box-overlap.ts";

export interface Observation {
  box: Box;
  confidence: number;
  /** How it looks, where a step before described that. */
  embedding?: Float32Array;
}

/** What lies between a picture and the one before. */
export interface Step {
  /** Frames of motion. */
  frames: number;
  seconds: number;
  /** Seconds that a track is kept for without being seen. */
  keepS: number;
}

/** An observation, by its place in what was observed, that has an id. */
export interface Sighting {
  index: number;
  id: number;
}

/** Gives ids that were never given before, from 1 on. */
export class TrackIds {
  private last = 0;

  next(): number {
    return ++this.last;
  }
}

export interface Tracker {
  /** Ids that may be given again: of tracks that are seen, and of those out of sight for a short time. */
  readonly openIds: number[];
  /** The observations that are of known objects. */
  update(observations: readonly Observation[], step: Step): Sighting[];
}
