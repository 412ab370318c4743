import { CornerMotion } from "./corner-motion.ts";
import { Round } from "./round.ts";
import { Track } from "./track.ts";
import { TrackList } from "./track-list.ts";
import type { Observation, Sighting, Step, Tracker, TrackIds } from "./tracker.ts";

export interface TwoStageSettings {
  /** Least overlap of a match, in both stages. */
  minimumOverlap: number;
  /** Observations of at least this score are matched first. */
  highConfidence: number;
  /** A track begins with an observation of at least this score that is confident as well. */
  activationThreshold: number;
  /** Updates in a row that must see an object before it gets its id; at least two. */
  minimumUpdates: number;
}

/**
 * ByteTrack with few rules: confident observations are matched with all tracks, the others with what remains of them, those out of
 * sight included. Sightings come in the order of the tracks, those of confident observations first.
 */
export class TwoStageTracker implements Tracker {
  private readonly settings: TwoStageSettings;
  private readonly tracks: TrackList;

  constructor(settings: TwoStageSettings, ids: TrackIds) {
    this.settings = settings;
    this.tracks = new TrackList(ids);
  }

  get openIds(): number[] {
    return this.tracks.openIds;
  }

  update(observations: readonly Observation[], step: Step): Sighting[] {
    const { minimumOverlap, minimumUpdates, highConfidence, activationThreshold } = this.settings;
    this.tracks.advance(step);
    const high: number[] = [];
    const low: number[] = [];
    for (const [i, { confidence }] of observations.entries()) (confidence >= highConfidence ? high : low).push(i);
    const round = new Round(observations);
    round.match(this.tracks.all, high, { limit: 1 - minimumOverlap });
    round.match(this.tracks.all, low, { limit: 1 - minimumOverlap });
    for (const track of round.matched.keys()) if (track.sightsInRow >= minimumUpdates) this.tracks.identify(track);
    this.tracks.keep((track) => track.isSeen || track.id !== 0 || track.sightsInRow >= minimumUpdates);
    for (const index of high) {
      const { box, confidence } = observations[index] as Observation;
      if (round.isFree(index) && confidence >= activationThreshold)
        this.tracks.add(new Track(box, new CornerMotion(box)));
    }
    return round.sightings();
  }
}
