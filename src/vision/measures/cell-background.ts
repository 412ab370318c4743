/** After so many seconds two thirds of what has come to stay belong to the background. */
const ADAPTS_S = 30;
/** Multiples of the noise between a picture and the background that count as unchanged. */
const NOISE_FACTOR = 5;
/** Where more of the picture than this has changed it shows something else: a light, another view. */
const MOST_CHANGED = 0.4;
/** Steps of a level in which differences are counted. */
const STEPS = 4;
const MIDDLE = 256 * STEPS;

/** What a still camera shows when nothing happens: a slow mean of grey pictures of one size. */
export class CellBackground {
  #mean: Float32Array | null = null;
  #atS = 0;
  #pictures = 0;

  /**
   * 1 for each point that differs from the background by `change` levels at least, once a change of light all over the picture and its
   * noise are taken off. Then the picture becomes part of the background, by how much time has gone by.
   */
  changed(picture: Uint8Array, atS: number, change: number): Uint8Array {
    const marks = new Uint8Array(picture.length);
    if (this.#mean === null || this.#mean.length !== picture.length) return this.#begin(picture, atS, marks);
    const { shift, noise } = spread(picture, this.#mean);
    const limit = Math.max(change, NOISE_FACTOR * noise);
    let count = 0;
    for (let i = 0; i < marks.length; i++) {
      if (Math.abs(picture[i]! - this.#mean[i]! - shift) < limit) continue;
      marks[i] = 1;
      count++;
    }
    if (count > MOST_CHANGED * marks.length) return this.#begin(picture, atS, marks.fill(0));
    this.#learn(picture, atS);
    return marks;
  }

  #begin(picture: Uint8Array, atS: number, nothing: Uint8Array): Uint8Array {
    this.#mean = Float32Array.from(picture);
    this.#atS = atS;
    this.#pictures = 1;
    return nothing;
  }

  /** The first pictures count the same, so that what passes by in the very first one is soon gone. */
  #learn(picture: Uint8Array, atS: number): void {
    const mean = this.#mean;
    if (mean === null || atS <= this.#atS) return;
    this.#pictures++;
    const share = Math.max(1 - Math.exp((this.#atS - atS) / ADAPTS_S), 1 / this.#pictures);
    this.#atS = atS;
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + (picture[i]! - mean[i]!) * share;
  }
}

/** The median difference from the background, and the usual distance from that one. */
function spread(picture: Uint8Array, mean: Float32Array): { shift: number; noise: number } {
  const counts = new Uint32Array(2 * MIDDLE + 1);
  for (let i = 0; i < picture.length; i++) counts[MIDDLE + Math.round((picture[i]! - mean[i]!) * STEPS)]!++;
  const middle = medianOf(counts, picture.length);
  const distances = new Uint32Array(2 * MIDDLE + 1);
  for (let at = 0; at < counts.length; at++) distances[Math.abs(at - middle)]! += counts[at]!;
  return { shift: (middle - MIDDLE) / STEPS, noise: (1.4826 * medianOf(distances, picture.length)) / STEPS };
}

function medianOf(counts: Uint32Array, total: number): number {
  let sum = 0;
  for (let at = 0; at < counts.length; at++) {
    sum += counts[at]!;
    if (2 * sum >= total) return at;
  }
  return 0;
}
