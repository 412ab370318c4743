/** A rectangle of packed 3-byte pixels inside a larger buffer; `offset` and `stride` in bytes, sizes in pixels. */
export interface PixelArea {
  pixels: Uint8Array;
  offset: number;
  stride: number;
  width: number;
  height: number;
}

/**
 * Fills `to` with `from`, scaled by the decoder's rule (the flag `bilinear` of ffmpeg's scaler): a triangle about the centre of
 * each target pixel, as wide as it takes to see every source pixel. Red and blue are exchanged when `swap`. Fixed point.
 */
export function resample(from: PixelArea, to: PixelArea, swap: boolean): void {
  const columns = tapsOf(from.width, to.width);
  const lines = tapsOf(from.height, to.height);
  const ring = Array.from({ length: lines.count }, () => ({ at: -1, values: new Int32Array(to.width * 3) }));
  const sums = new Int32Array(to.width * 3);
  for (let y = 0; y < to.height; y++) {
    sums.fill(HALF);
    for (let k = 0; k < lines.count; k++) {
      const share = lines.weights[y * lines.count + k]!;
      if (share === 0) continue;
      const at = lines.starts[y]! + k;
      const line = ring[at % lines.count]!;
      // Neighbouring target lines share source lines.
      if (line.at !== at) {
        line.at = at;
        scaleLine(from.pixels.subarray(from.offset + at * from.stride), columns, { swap, values: line.values });
      }
      const { values } = line;
      for (let j = 0; j < sums.length; j++) sums[j]! += values[j]! * share;
    }
    const target = to.pixels.subarray(to.offset + y * to.stride);
    for (let j = 0; j < sums.length; j++) target[j] = sums[j]! >> (2 * BITS);
  }
}

const BITS = 11;
const ONE = 1 << BITS;
const HALF = 1 << (2 * BITS - 1);

/** Of each target position: the first source position that it sees, and the weights of `count` ones in units of `ONE`. */
interface Taps {
  count: number;
  starts: Int32Array;
  weights: Int32Array;
}

function tapsOf(fromSize: number, toSize: number): Taps {
  const ratio = fromSize / toSize;
  const reach = Math.max(1, ratio);
  const seen = Math.ceil(2 * reach);
  const count = Math.min(seen, fromSize);
  const taps = { count, starts: new Int32Array(toSize), weights: new Int32Array(toSize * count) };
  for (let i = 0; i < toSize; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const first = Math.floor(centre - reach) + 1;
    const start = Math.max(0, Math.min(first, fromSize - count));
    taps.starts[i] = start;
    const shares = new Float64Array(count);
    for (let k = first; k < first + seen; k++) {
      // What lies beyond an edge is like the edge.
      const place = Math.max(0, Math.min(k, fromSize - 1)) - start;
      shares[place]! += Math.max(0, 1 - Math.abs(k - centre) / reach);
    }
    taps.weights.set(wholeShares(shares), i * count);
  }
  return taps;
}

/** Shares in units of `ONE`, which they add up to exactly. */
function wholeShares(shares: Float64Array): Int32Array {
  const sum = shares.reduce((total, share) => total + share, 0);
  const whole = Int32Array.from(shares, (share) => Math.round((share / sum) * ONE));
  const rest = ONE - whole.reduce((total, share) => total + share, 0);
  const largest = whole.indexOf(whole.reduce((most, share) => Math.max(most, share), 0));
  whole[largest]! += rest;
  return whole;
}

function scaleLine(source: Uint8Array, taps: Taps, { swap, values }: { swap: boolean; values: Int32Array }): void {
  const { count, starts, weights } = taps;
  const red = swap ? 2 : 0;
  const blue = 2 - red;
  for (let x = 0, j = 0, w = 0; x < starts.length; x++, j += 3) {
    let at = starts[x]! * 3;
    let r = 0;
    let g = 0;
    let b = 0;
    for (let k = 0; k < count; k++, at += 3, w++) {
      const weight = weights[w]!;
      r += source[at]! * weight;
      g += source[at + 1]! * weight;
      b += source[at + 2]! * weight;
    }
    values[j + red] = r;
    values[j + 1] = g;
    values[j + blue] = b;
  }
}
