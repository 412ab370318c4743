import { assign } from "./pairing/assignment.ts";
import { type Pairs, recosted, touching } from "./pairing/touching.ts";
import type { Track } from "./track.ts";
import type { Observation, Sighting } from "./tracker.ts";

/** The pairs of tracks and observations that can be, and what they cost. */
export type CostOf<T extends Track> = (tracks: readonly T[], observations: readonly Observation[]) => Pairs;

export interface Matching<T extends Track> {
  /** Largest cost of a pair. */
  limit: number;
  /** 1 - overlap of the expected box with the observed one when absent. */
  costOf?: CostOf<T>;
}

/** Matches the tracks and observations of one update, in stages, so that the sum of costs in each stage is least. */
export class Round<T extends Track = Track> {
  readonly observations: readonly Observation[];
  /** Observation of each matched track, in the order of the matches. */
  readonly matched = new Map<T, number>();
  private readonly taken: Uint8Array;

  constructor(observations: readonly Observation[]) {
    this.observations = observations;
    this.taken = new Uint8Array(observations.length);
  }

  isFree(index: number): boolean {
    return this.taken[index] === 0;
  }

  /** Matches those of the tracks and candidates that are still free. */
  match(tracks: readonly T[], candidates: readonly number[], { limit, costOf = overlapCosts }: Matching<T>): void {
    const open = tracks.filter((track) => !this.matched.has(track));
    const free = candidates.filter((index) => this.isFree(index));
    if (open.length === 0 || free.length === 0) return;
    const pairs = costOf(
      open,
      free.map((index) => this.observationAt(index)),
    );
    const columns = assign({ pairs, columns: free.length, limit });
    open.forEach((track, row) => {
      const index = free[columns[row] ?? -1];
      if (index !== undefined) this.take(track, index);
    });
  }

  /** The matched observations whose tracks have an id, in the order of the matches. */
  sightings(): Sighting[] {
    const found: Sighting[] = [];
    for (const [{ id }, index] of this.matched) if (id !== 0) found.push({ index, id });
    return found;
  }

  /** A track that begins with the observation. */
  begin(track: T, index: number): void {
    this.matched.set(track, index);
    this.taken[index] = 1;
  }

  private take(track: T, index: number): void {
    track.see(this.observationAt(index).box);
    this.begin(track, index);
  }

  private observationAt(index: number): Observation {
    return this.observations[index] ?? NOTHING;
  }
}

const NOTHING: Observation = { box: [0, 0, 0, 0], confidence: 0 };

export function overlapCosts(tracks: readonly Track[], observations: readonly Observation[]): Pairs {
  return touching(
    tracks.map(({ box }) => box),
    observations.map(({ box }) => box),
  );
}

/** The same weighed by the observations' scores: 1 - overlap * score. */
export function scoredCosts(tracks: readonly Track[], observations: readonly Observation[]): Pairs {
  return recosted(
    overlapCosts(tracks, observations),
    (_, column, cost) => 1 - (1 - cost) * (observations[column]?.confidence ?? 0),
  );
}
