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
  /** Frames that a track which is not seen is kept for. */
  lostFrames: number;
  /** Largest cost, 1 - IoU, of a match with an observation above the threshold. */
  matchingThreshold: number;
  /** Updates in a row that must see an object before it gets its id. */
  minimumUpdates: number;
}

/**
 * ByteTrack (Zhang et al. 2022, "Multi-Object Tracking by Associating Every Detection Box"): confident observations are matched
 * with all tracks, the uncertain rest with the tracks still seen a moment ago. Ids count from 1 and are never used twice.
 */
export class ByteTracker {
  private readonly settings: ByteTrackSettings;
  private tracks: Track[] = [];
  private lastId = 0;

  constructor(settings: ByteTrackSettings) {
    this.settings = settings;
  }

  /** Track id of each observation of a picture taken `frames` frames after the one before, 0 for none. */
  update(observations: readonly Observation[], frames: number): Int32Array {
    this.age(frames);
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
    this.tracks = withoutTwins(this.tracks.filter((track) => track.id !== 0 || track.lostFor === 0));
    return round.ids;
  }

  /** Moves the tracks on and forgets those out of sight for too long, all of them after a long hole in the video. */
  private age(frames: number): void {
    const { lostFrames } = this.settings;
    if (frames > Math.max(lostFrames, LONGEST_STEP)) this.tracks = [];
    for (const track of this.tracks) track.predict(frames);
    this.tracks = this.tracks.filter((track) => track.lostFor - track.step <= lostFrames);
  }

  private associate(round: Round, high: readonly number[], low: readonly number[]): void {
    const { matchingThreshold } = this.settings;
    const known = this.tracks.filter((track) => track.id !== 0);
    const tentative = this.tracks.filter((track) => track.id === 0);
    round.match(known, high, matchingThreshold);
    const justSeen = known.filter((track) => track.lostFor <= track.step);
    round.match(justSeen, low, LOW_COST);
    round.match(tentative, high, TENTATIVE_COST);
    for (const [track, index] of round.matched) {
      if (track.id === 0 && track.updates >= this.settings.minimumUpdates) track.id = ++this.lastId;
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
      if (this.settings.minimumUpdates <= 1) track.id = ++this.lastId;
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
/** Frames between two pictures over which a motion can still be followed, however short the buffer is. */
const LONGEST_STEP = 30;

class Track {
  id = 0;
  /** Updates in a row that saw it. */
  updates = 1;
  /** Frames of age, and frames since it was last seen. */
  age = 0;
  lostFor = 0;
  /** Frames of the last prediction. */
  step = 0;
  box: Box;
  private readonly filter: BoxFilter;

  constructor(box: Box) {
    this.box = box;
    this.filter = new BoxFilter(measureOf(box));
  }

  predict(frames: number): void {
    this.filter.predict(frames, this.lostFor === 0);
    this.box = this.filter.box;
    this.age += frames;
    this.lostFor += frames;
    this.step = frames;
  }

  see(box: Box): void {
    this.filter.correct(measureOf(box));
    this.box = this.filter.box;
    this.lostFor = 0;
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
  const lost = tracks.filter((track) => track.lostFor > 0);
  const seen = tracks.filter((track) => track.lostFor === 0);
  const dropped = new Set<Track>();
  for (const old of lost) {
    for (const track of seen) {
      if (overlap(old.box, track.box) > TWIN_OVERLAP) dropped.add(old.age > track.age ? track : old);
    }
  }
  return tracks.filter((track) => !dropped.has(track));
}
