import { largest } from "./boxes.ts";

/** Scores of characters for each step along a line. */
export interface Steps {
  data: Float32Array;
  /** Where the first step's first score is, and how far apart those of neighbouring steps are. */
  first: number;
  step: number;
  count: number;
  /** Scores of a step. */
  size: number;
  blank: number;
}

/** The characters of a series of steps (Graves et al., "Connectionist Temporal Classification", 2006): repeats are one, blanks part them. */
export function decodeSteps({ data, first, step, count, size, blank }: Steps): { places: number[]; scores: number[] } {
  const [places, scores]: [number[], number[]] = [[], []];
  let last = -1;
  for (let i = 0, from = first; i < count; i++, from += step) {
    const best = largest(data, from, size);
    const place = best - from;
    if (place !== blank && place !== last) {
      places.push(place);
      scores.push(scoreOf(data, best, from, size));
    }
    last = place;
  }
  return { places, scores };
}

/** A score as it is, or what softmax makes of a logit. */
function scoreOf(data: Float32Array, best: number, from: number, size: number): number {
  let sum = 0;
  let isDone = true;
  for (let i = from; i < from + size; i++) {
    sum += data[i]!;
    if (!(data[i]! >= 0 && data[i]! <= 1)) isDone = false;
  }
  if (isDone && Math.abs(sum - 1) < 0.01) return data[best]!;
  let powers = 0;
  for (let i = from; i < from + size; i++) powers += Math.exp(data[i]! - data[best]!);
  return 1 / powers;
}
