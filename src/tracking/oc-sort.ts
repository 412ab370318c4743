import { overlap } from "../geometry/box-overlap.ts";
import { direction, ObservedTrack } from "./oc-track.ts";
import { type Pairs, recosted, touching } from "./pairing/touching.ts";
import { overlapCosts, Round } from "./round.ts";
import { TrackList } from "./track-list.ts";
import type { Observation, Sighting, Step, Tracker, TrackIds } from "./tracker.ts";

export interface OcSortSettings {
  /** Least overlap of a match. */
  minimumOverlap: number;
  /** Observations below this score are left out. */
  highConfidence: number;
  /** Updates in a row that must see an object before it gets its id; fewer at the start of the video. */
  minimumUpdates: number;
  /** How much a match in the direction of the motion is preferred. */
  directionWeight: number;
  /** Updates that the direction is taken over. */
  lookback: number;
}

/**
 * OC-SORT (Cao et al. 2023, "Observation-Centric SORT"): a match in the direction of an object's motion is preferred, what remains is
 * matched with where it was last seen, and a track found again is corrected over the gap. Sightings come in the order of the tracks.
 */
export class OcSortTracker implements Tracker {
  private readonly settings: OcSortSettings;
  private readonly tracks: TrackList<ObservedTrack>;
  private updates = 0;

  constructor(settings: OcSortSettings, ids: TrackIds) {
    this.settings = settings;
    this.tracks = new TrackList(ids);
  }

  get openIds(): number[] {
    return this.tracks.openIds;
  }

  update(observations: readonly Observation[], step: Step): Sighting[] {
    const { minimumOverlap, highConfidence, lookback, directionWeight } = this.settings;
    if (this.tracks.all.length === 0 && observations.length === 0) return [];
    this.tracks.advance(step);
    const round = new Round<ObservedTrack>(observations);
    const high = [...observations.keys()].filter((i) => (observations[i]?.confidence ?? 0) >= highConfidence);
    const costOf = directedCosts(minimumOverlap, directionWeight);
    round.match(this.tracks.all, high, { limit: 1 - minimumOverlap + directionWeight, costOf });
    const near = this.tracks.all.filter(({ box, lastSeen }) => overlap(box, lastSeen) > 0);
    round.match(near, high, { limit: 1 - minimumOverlap, costOf: lastSeenCosts });
    this.identify(round);
    for (const index of high) {
      const observation = observations[index] as Observation;
      if (round.isFree(index)) this.tracks.add(new ObservedTrack(observation.box, lookback));
    }
    this.updates++;
    return round.sightings();
  }

  /** At the start of a video objects get their ids as soon as they are seen again. */
  private identify(round: Round<ObservedTrack>): void {
    const { minimumUpdates } = this.settings;
    const isStart = this.updates <= minimumUpdates;
    for (const track of round.matched.keys()) {
      if (isStart || track.sightsInRow >= minimumUpdates) this.tracks.identify(track);
    }
  }
}

/** 1 - overlap, less for what lies where the track is heading; Infinity below the least overlap. */
function directedCosts(minimumOverlap: number, weight: number) {
  return (tracks: readonly ObservedTrack[], observations: readonly Observation[]): Pairs => {
    const headings = tracks.map(({ heading, reference }) => ({ heading, reference }));
    return recosted(overlapCosts(tracks, observations), (row, column, cost) => {
      if (1 - cost < minimumOverlap) return Infinity;
      const { heading = null, reference } = headings[row] ?? {};
      const { box, confidence } = observations[column] ?? {};
      if (heading === null || reference === undefined || box === undefined || confidence === undefined) return cost;
      return cost - weight * confidence * agreement(heading, direction(reference, box));
    });
  };
}

/** From -0.5 for opposite directions to 0.5 for equal ones. */
function agreement([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): number {
  const cosine = Math.min(1, Math.max(-1, x1 * x2 + y1 * y2));
  return 0.5 - Math.acos(cosine) / Math.PI;
}

function lastSeenCosts(tracks: readonly ObservedTrack[], observations: readonly Observation[]): Pairs {
  return touching(
    tracks.map(({ lastSeen }) => lastSeen),
    observations.map(({ box }) => box),
  );
}
