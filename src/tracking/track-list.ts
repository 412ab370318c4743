import type { Track } from "./track.ts";
import type { Step, TrackIds } from "./tracker.ts";

/** The tracks of a tracker, those out of sight included, and the ids that it gave. */
export class TrackList<T extends Track = Track> {
  private items: T[] = [];
  private readonly ids: TrackIds;

  constructor(ids: TrackIds) {
    this.ids = ids;
  }

  get all(): readonly T[] {
    return this.items;
  }

  get openIds(): number[] {
    return this.items.filter(({ id }) => id !== 0).map(({ id }) => id);
  }

  /** Expects every track where it will be after the step, and gives up those that were not seen for longer than it allows. */
  advance(step: Step): void {
    for (const track of this.items) track.predict(step);
    this.keep((track) => track.unseenS <= step.keepS + CLOCK_GRAIN_S);
  }

  add(track: T): void {
    this.items.push(track);
  }

  keep(isKept: (track: T) => boolean): void {
    this.items = this.items.filter(isKept);
  }

  /** Gives the track an id, if it has none yet. */
  identify(track: T): void {
    if (track.id === 0) track.id = this.ids.next();
  }
}

/** Sums of times that are equal on paper differ by less. */
const CLOCK_GRAIN_S = 1e-6;
