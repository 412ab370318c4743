import { assign } from "./assignment.ts";
import { BoxFilter, measureOf } from "./kalman.ts";
import { distances, overlap } from "./overlap.ts";

type Box = readonly [number, number, number, number];

export interface Observation {
  box: Box;
  confidence: number;
}

export interface ByteTrackSettings {
  /** Observations above this are matched first; a new track starts from one at least 0.1 above it. */
  activationThreshold: number;
  /** Largest cost, 1 - IoU, of a match with an observation above the threshold. */
  matchingThreshold: number;
  /** Updates in a row that must see an object before it gets its id; after the first update at least two. */
  minimumUpdates: number;
}

/** What lies between a picture and the one before. */
export interface Step {
  /** Frames of motion. */
  frames: number;
  seconds: number;
  /** Seconds that a track is kept for without being seen. */
  keepS: number;
}

/**
 * ByteTrack (Zhang et al. 2022, "Multi-Object Tracking by Associating Every Detection Box"): confident observations are matched
 * with all tracks, the uncertain rest with the tracks still seen a moment ago. Ids count from 1 and are never used twice.
 */
export class ByteTracker {
  private readonly settings: ByteTrackSettings;
  private tracks: Track[] = [];
  private lastId = 0;
  private isFirst = true;

  constructor(settings: ByteTrackSettings) {
    this.settings = settings;
  }

  /** Ids that may be given again: of tracks that are seen, and of those out of sight for a short time. */
  get openIds(): number[] {
    return this.tracks.filter(({ id }) => id !== 0).map(({ id }) => id);
  }

  /** Track id of each observation, 0 for none. */
  update(observations: readonly Observation[], step: Step): Int32Array {
    this.age(step);
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
    this.tracks = withoutTwins(this.tracks.filter((track) => track.id !== 0 || track.isSeen));
    this.isFirst = false;
    return round.ids;
  }

  private age({ frames, seconds, keepS }: Step): void {
    for (const track of this.tracks) track.predict(frames, seconds);
    this.tracks = this.tracks.filter((track) => track.unseenS <= keepS + CLOCK_GRAIN_S);
  }

  private associate(round: Round, high: readonly number[], low: readonly number[]): void {
    const { matchingThreshold } = this.settings;
    const known = this.tracks.filter((track) => track.id !== 0);
    const tentative = this.tracks.filter((track) => track.id === 0);
    round.match(known, high, matchingThreshold);
    const justSeen = known.filter((track) => track.missed === 0);
    round.match(justSeen, low, LOW_COST);
    round.match(tentative, high, TENTATIVE_COST);
    for (const track of this.tracks) if (!round.matched.has(track)) track.missed++;
    for (const [track, index] of round.matched) {
      if (track.id === 0 && track.updates >= Math.max(2, this.settings.minimumUpdates)) track.id = ++this.lastId;
      round.ids[index] = track.id;
    }
  }

  private start(round: Round, high: readonly number[]): void {
    const { activationThreshold } = this.settings;
    const startThreshold = Math.min(activationThreshold + START_MARGIN, (1 + activationThreshold) / 2);
    for (const index of high) {
      const observation = round.observations[index];
      if (round.taken[index] === 1 || observation === undefined) continue;
      if (observation.confidence < startThreshold) continue;
      const track = new Track(observation.box);
      if (this.isFirst && this.settings.minimumUpdates <= 1) track.id = ++this.lastId;
      round.ids[index] = track.id;
      this.tracks.push(track);
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
/** Sums of times that are equal on paper differ by less. */
const CLOCK_GRAIN_S = 1e-6;

class Track {
  id = 0;
  /** Updates in a row that saw it, and that did not. */
  updates = 1;
  missed = 0;
  /** Frames since it began. */
  age = 0;
  unseenS = 0;
  box: Box;
  private readonly filter: BoxFilter;

  constructor(box: Box) {
    this.box = box;
    this.filter = new BoxFilter(measureOf(box));
  }

  get isSeen(): boolean {
    return this.missed === 0;
  }

  predict(frames: number, seconds: number): void {
    this.filter.predict(frames, this.isSeen);
    this.box = this.filter.box;
    this.age += frames;
    this.unseenS += seconds;
  }

  see(box: Box): void {
    this.filter.correct(measureOf(box));
    this.box = this.filter.box;
    this.unseenS = 0;
    this.missed = 0;
    this.updates++;
  }
}

/** What one update has matched so far. */
class Round {
  readonly observations: readonly Observation[];
  readonly ids: Int32Array;
  readonly taken: Uint8Array;
  readonly matched = new Map<Track, number>();

  constructor(observations: readonly Observation[]) {
    this.observations = observations;
    this.ids = new Int32Array(observations.length);
    this.taken = new Uint8Array(observations.length);
  }

  match(tracks: readonly Track[], candidates: readonly number[], limit: number): void {
    const open = tracks.filter((track) => !this.matched.has(track));
    const free = candidates.filter((index) => this.taken[index] === 0);
    const boxes = new Float64Array(4 * free.length);
    free.forEach((index, i) => {
      boxes.set(this.observations[index]?.box ?? [], 4 * i);
    });
    const values = distances(
      open.map((track) => track.box),
      boxes,
    );
    const columns = assign({ values, rows: open.length, columns: free.length, limit });
    open.forEach((track, row) => {
      const index = free[columns[row] ?? -1];
      if (index !== undefined) this.take(track, index);
    });
  }

  private take(track: Track, index: number): void {
    const seen = this.observations[index];
    if (seen === undefined) return;
    track.see(seen.box);
    this.matched.set(track, index);
    this.taken[index] = 1;
  }
}

/** Of a seen and a lost track in the same place the younger one goes. */
function withoutTwins(tracks: readonly Track[]): Track[] {
  const lost = tracks.filter((track) => !track.isSeen);
  const seen = tracks.filter((track) => track.isSeen);
  const dropped = new Set<Track>();
  for (const old of lost) {
    for (const track of seen) {
      if (overlap(old.box, track.box) > TWIN_OVERLAP) dropped.add(old.age > track.age ? track : old);
    }
  }
  return tracks.filter((track) => !dropped.has(track));
}
