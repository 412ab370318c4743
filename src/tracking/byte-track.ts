import type { Box } from "../geometry/box-overlap.ts";
import { HeightMotion } from "./height-motion.ts";
import { touching } from "./pairing/touching.ts";
import { Round } from "./round.ts";
import { Track } from "./track.ts";
import { TrackList } from "./track-list.ts";
import type { Observation, Sighting, Step, Tracker, TrackIds } from "./tracker.ts";

export interface ByteTrackSettings {
  /** Observations above this are matched first; a new track starts from one at least 0.1 above it. */
  activationThreshold: number;
  /** Largest cost, 1 - IoU, of a match with an observation above the threshold. */
  matchingThreshold: number;
  /** Updates in a row that must see an object before it gets its id; after the first update at least two. */
  minimumUpdates: number;
}

/**
 * ByteTrack (Zhang et al. 2022, "Multi-Object Tracking by Associating Every Detection Box"): confident observations are matched
 * with all tracks, the uncertain rest with the tracks still seen a moment ago. Sightings come in the order of the observations.
 */
export class ByteTracker implements Tracker {
  private readonly settings: ByteTrackSettings;
  private readonly tracks: TrackList;
  private isFirst = true;

  constructor(settings: ByteTrackSettings, ids: TrackIds) {
    this.settings = settings;
    this.tracks = new TrackList(ids);
  }

  get openIds(): number[] {
    return this.tracks.openIds;
  }

  update(observations: readonly Observation[], step: Step): Sighting[] {
    this.tracks.advance(step);
    const { activationThreshold } = this.settings;
    const high: number[] = [];
    const low: number[] = [];
    observations.forEach(({ confidence }, i) => {
      if (confidence > activationThreshold) high.push(i);
      else if (confidence > LOW_CONFIDENCE) low.push(i);
    });
    const round = new Round(observations);
    this.associate(round, high, low);
    this.start(round, high);
    this.tracks.keep((track) => track.id !== 0 || track.isSeen);
    const twins = twinsAmong(this.tracks.all);
    this.tracks.keep((track) => !twins.has(track));
    this.isFirst = false;
    return round.sightings().sort((a, b) => a.index - b.index);
  }

  private associate(round: Round, high: readonly number[], low: readonly number[]): void {
    const { matchingThreshold, minimumUpdates } = this.settings;
    const known = this.tracks.all.filter((track) => track.id !== 0);
    const tentative = this.tracks.all.filter((track) => track.id === 0);
    const justSeen = known.filter((track) => track.missed === 1);
    round.match(known, high, { limit: matchingThreshold });
    round.match(justSeen, low, { limit: LOW_COST });
    round.match(tentative, high, { limit: TENTATIVE_COST });
    for (const track of round.matched.keys()) {
      if (track.sights >= Math.max(2, minimumUpdates)) this.tracks.identify(track);
    }
  }

  private start(round: Round, high: readonly number[]): void {
    const { activationThreshold } = this.settings;
    const startThreshold = Math.min(activationThreshold + START_MARGIN, (1 + activationThreshold) / 2);
    for (const index of high) {
      const observation = round.observations[index];
      if (!round.isFree(index) || observation === undefined) continue;
      if (observation.confidence < startThreshold) continue;
      const track = new Track(observation.box, new HeightMotion(observation.box));
      if (this.isFirst && this.settings.minimumUpdates <= 1) this.tracks.identify(track);
      round.begin(track, index);
      this.tracks.add(track);
    }
  }
}

// The paper's implementation fixes these four.
const LOW_CONFIDENCE = 0.1;
const START_MARGIN = 0.1;
const LOW_COST = 0.5;
const TENTATIVE_COST = 0.7;
/** A lost track that overlaps a seen one by more than this is the same object. */
const TWIN_OVERLAP = 0.85;

/** Of a seen and a lost track in the same place, the younger one. */
function twinsAmong(tracks: readonly Track[]): Set<Track> {
  const lost = tracks.filter((track) => !track.isSeen);
  const seen = tracks.filter((track) => track.isSeen);
  const dropped = new Set<Track>();
  const { starts, columns, costs } = touching(boxesOf(lost), boxesOf(seen));
  lost.forEach((old, row) => {
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      const track = seen[columns[at] ?? 0];
      if (track === undefined || 1 - (costs[at] ?? 1) <= TWIN_OVERLAP) continue;
      dropped.add(old.age > track.age ? track : old);
    }
  });
  return dropped;
}

function boxesOf(tracks: readonly Track[]): Box[] {
  return tracks.map(({ box }) => box);
}
