import { type Pairs, recosted } from "./pairing/touching.ts";
import { overlapCosts } from "./round.ts";
import type { Appearance, Track } from "./track.ts";
import type { Observation } from "./tracker.ts";

/** Looks that differ by more are not of one object (Aharon et al. 2022). */
const MOST_DIFFERENT = 0.25;
/** Share of what is known in what is remembered after another sight. */
const KEPT = 0.9;

/** 1 - overlap * score, or half the distance of the looks where that is less: of objects that overlap by so much and look alike. */
export function costsByLooks(leastOverlap: number) {
  return (tracks: readonly Track[], observations: readonly Observation[]) => costs(tracks, observations, leastOverlap);
}

function costs(tracks: readonly Track[], observations: readonly Observation[], leastOverlap: number): Pairs {
  const looks = observations.map(({ embedding }) => (embedding === undefined ? null : lookOf(embedding)));
  return recosted(overlapCosts(tracks, observations), (row, column, apart) => {
    const scored = 1 - (1 - apart) * (observations[column]?.confidence ?? 0);
    const known = tracks[row]?.appearance;
    const look = looks[column];
    if (apart > 1 - leastOverlap || !known || !look || known.length !== look.length) return scored;
    const different = 1 - dot(known, look);
    return different < MOST_DIFFERENT ? Math.min(scored, different / 2) : scored;
  });
}

/** What is remembered of an object's looks after a sight of it. */
export function remember(known: Appearance | null, embedding: ArrayLike<number>): Appearance | null {
  const look = lookOf(embedding);
  if (look === null || known === null || known.length !== look.length) return look ?? known;
  return lookOf(known.map((value, i) => KEPT * value + (1 - KEPT) * (look[i] ?? 0)));
}

/** Null for zeros, which look like nothing. */
function lookOf(embedding: ArrayLike<number>): Appearance | null {
  const vector = Float64Array.from(embedding);
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : null;
}

function dot(a: Appearance, b: Appearance): number {
  let sum = 0;
  for (const [i, value] of a.entries()) sum += value * (b[i] ?? 0);
  return sum;
}
