import { costsByLooks, remember } from "./appearance.ts";
import type { CameraShift } from "./camera-shift.ts";
import { Round, scoredCosts } from "./round.ts";
import { SizeMotion } from "./size-motion.ts";
import { Track } from "./track.ts";
import { TrackList } from "./track-list.ts";
import type { Observation, Sighting, Step, Tracker, TrackIds } from "./tracker.ts";

export interface BotSortSettings {
  /** Least overlap times score of a match with a confident observation. */
  firstOverlap: number;
  /** Least overlap of a match with another one. */
  secondOverlap: number;
  /** Least overlap times score of a match of a track that has no id yet. */
  tentativeOverlap: number;
  /** Observations of at least this score are matched first. */
  highConfidence: number;
  /** A track begins with an observation of at least this score that is confident as well. */
  activationThreshold: number;
  /** Updates that must see an object before it gets its id; at least two, but for the first update where that is asked for. */
  minimumUpdates: number;
  /** What the first update sees gets its id at once. */
  identifiesFirst: boolean;
}

type SizedTrack = Track<SizeMotion>;

/**
 * BoT-SORT (Aharon et al. 2022): as ByteTrack, with overlaps weighed by the scores and with the motion of the camera taken out of
 * that of the objects. Confident observations that carry embeddings are matched by their looks as well. Sightings come in the order of the matches.
 */
export class BotSortTracker implements Tracker {
  private readonly settings: BotSortSettings;
  private readonly tracks: TrackList<SizedTrack>;
  private isFirst = true;

  constructor(settings: BotSortSettings, ids: TrackIds) {
    this.settings = settings;
    this.tracks = new TrackList(ids);
  }

  get openIds(): number[] {
    return this.tracks.openIds;
  }

  /** Takes all tracks along with what the camera did since the last update. */
  follow(shift: CameraShift): void {
    for (const track of this.tracks.all) track.motion.follow(shift);
  }

  update(observations: readonly Observation[], step: Step): Sighting[] {
    this.tracks.advance(step);
    const { highConfidence } = this.settings;
    const high: number[] = [];
    const low: number[] = [];
    for (const [i, { confidence }] of observations.entries()) {
      if (confidence >= highConfidence) high.push(i);
      else if (confidence > LOW_CONFIDENCE) low.push(i);
    }
    const round = new Round<SizedTrack>(observations);
    this.associate(round, high, low);
    this.start(round, high);
    this.look(round);
    this.isFirst = false;
    return round.sightings();
  }

  private associate(round: Round<SizedTrack>, high: readonly number[], low: readonly number[]): void {
    const { firstOverlap, secondOverlap, tentativeOverlap, minimumUpdates } = this.settings;
    const isKnown = (track: SizedTrack) => track.id !== 0 || track.sights >= minimumUpdates;
    const seen = this.tracks.all.filter((track) => track.missed === 1);
    const known = seen.filter(isKnown);
    const lost = this.tracks.all.filter((track) => track.missed > 1);
    const hasLooks = round.observations.some(({ embedding }) => embedding);
    const costOf = hasLooks ? costsByLooks(firstOverlap) : scoredCosts;
    round.match([...known, ...lost], high, { limit: 1 - firstOverlap, costOf });
    round.match(known, low, { limit: 1 - secondOverlap });
    const tentative = seen.filter((track) => !isKnown(track));
    round.match(tentative, high, { limit: 1 - tentativeOverlap, costOf });
    for (const track of round.matched.keys()) if (track.sights >= minimumUpdates) this.tracks.identify(track);
    this.tracks.keep((track) => track.isSeen || isKnown(track));
  }

  private start(round: Round<SizedTrack>, high: readonly number[]): void {
    const { activationThreshold, identifiesFirst } = this.settings;
    for (const index of high) {
      const { box, confidence } = round.observations[index] as Observation;
      if (!round.isFree(index) || confidence < activationThreshold) continue;
      const track = new Track(box, new SizeMotion(box));
      if (this.isFirst && identifiesFirst) this.tracks.identify(track);
      round.begin(track, index);
      this.tracks.add(track);
    }
  }

  /** Remembers the looks of what was seen for certain: an uncertain sight often shows another object in front. */
  private look(round: Round<SizedTrack>): void {
    for (const [track, index] of round.matched) {
      const { confidence, embedding } = round.observations[index] as Observation;
      if (embedding === undefined || confidence < this.settings.highConfidence) continue;
      track.appearance = remember(track.appearance, embedding);
    }
  }
}

/** What scores less is noise. */
const LOW_CONFIDENCE = 0.1;
