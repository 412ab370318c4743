import { CornerMotion } from "./corner-motion.ts";
import { Round } from "./round.ts";
import { Track } from "./track.ts";
import { TrackList } from "./track-list.ts";
import type { Observation, Sighting, Step, Tracker, TrackIds } from "./tracker.ts";

export interface SortSettings {
  /** Least overlap of a match. */
  minimumOverlap: number;
  /** A track begins with an observation of at least this score. */
  activationThreshold: number;
  /** Updates that must see an object before it gets its id; at least two. */
  minimumUpdates: number;
}

/** SORT (Bewley et al. 2016): all observations are matched with all tracks. Sightings come in the order of the observations. */
export class SortTracker implements Tracker {
  private readonly settings: SortSettings;
  private readonly tracks: TrackList;

  constructor(settings: SortSettings, ids: TrackIds) {
    this.settings = settings;
    this.tracks = new TrackList(ids);
  }

  get openIds(): number[] {
    return this.tracks.openIds;
  }

  update(observations: readonly Observation[], step: Step): Sighting[] {
    const { minimumOverlap, activationThreshold, minimumUpdates } = this.settings;
    this.tracks.advance(step);
    const round = new Round(observations);
    round.match(this.tracks.all, [...observations.keys()], { limit: 1 - minimumOverlap });
    this.tracks.keep((track) => track.isSeen || track.sights >= minimumUpdates);
    for (const [index, { box, confidence }] of observations.entries()) {
      if (round.isFree(index) && confidence >= activationThreshold)
        this.tracks.add(new Track(box, new CornerMotion(box)));
    }
    const sightings = [...round.matched].sort((a, b) => a[1] - b[1]);
    for (const [track] of sightings) if (track.sights >= minimumUpdates) this.tracks.identify(track);
    return round.sightings().sort((a, b) => a.index - b.index);
  }
}
