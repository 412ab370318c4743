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
  const source = wordsOf(from);
  const sums = new Int32Array(source.perLine * 4);
  // Lines first: their bytes lie side by side, so four are read at once.
  for (let y = 0; y < to.height; y++) {
    addLines(source, { lines, y }, sums);
    narrow(sums, columns, to.pixels.subarray(to.offset + y * to.stride), swap ? 2 : 0);
  }
}

/** The same bytes four by four; `first` and `stride` count words. */
interface Words {
  words: Uint32Array;
  first: number;
  stride: number;
  perLine: number;
}

function wordsOf(area: PixelArea): Words {
  const { pixels, offset, stride, width, height } = area;
  const perLine = Math.ceil((width * 3) / 4);
  const isAligned = (pixels.byteOffset | offset | stride | (width * 3)) % 4 === 0;
  if (isAligned) {
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
    return { words, first: offset >> 2, stride: stride >> 2, perLine };
  }
  const copy = new Uint8Array(perLine * 4 * height);
  for (let y = 0; y < height; y++) {
    const start = offset + y * stride;
    copy.set(pixels.subarray(start, start + width * 3), y * perLine * 4);
  }
  return { words: new Uint32Array(copy.buffer), first: 0, stride: perLine, perLine };
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

/** Sums up the source lines that target line `y` sees, two at a time: each sum is read and written once for both. */
function addLines(
  { words, first, stride, perLine }: Words,
  { lines, y }: { lines: Taps; y: number },
  sums: Int32Array,
) {
  const { count, starts, weights } = lines;
  const top = first + starts[y]! * stride;
  sums.fill(0);
  for (let k = 0; k < count; k += 2) {
    const hasPair = k + 1 < count;
    const p = weights[y * count + k]!;
    const q = hasPair ? weights[y * count + k + 1]! : 0;
    if ((p | q) === 0) continue;
    const above = top + k * stride;
    const below = hasPair ? above + stride : above;
    for (let j = 0, i = 0; j < perLine; j++, i += 4) {
      const a = words[above + j]! | 0;
      const b = words[below + j]! | 0;
      sums[i] = sums[i]! + (a & 255) * p + (b & 255) * q;
      sums[i + 1] = sums[i + 1]! + ((a >>> 8) & 255) * p + ((b >>> 8) & 255) * q;
      sums[i + 2] = sums[i + 2]! + ((a >>> 16) & 255) * p + ((b >>> 16) & 255) * q;
      sums[i + 3] = sums[i + 3]! + (a >>> 24) * p + (b >>> 24) * q;
    }
  }
}

/** Sums up the columns that each target pixel sees; channel `red` of the target takes the first one of the source. */
function narrow(line: Int32Array, { count, starts, weights }: Taps, target: Uint8Array, red: number): void {
  const blue = 2 - red;
  for (let x = 0, j = 0, w = 0; x < starts.length; x++, j += 3) {
    let at = starts[x]! * 3;
    let r = HALF;
    let g = HALF;
    let b = HALF;
    for (let k = 0; k < count; k++, at += 3, w++) {
      const weight = weights[w]!;
      r += line[at]! * weight;
      g += line[at + 1]! * weight;
      b += line[at + 2]! * weight;
    }
    target[j + red] = r >> (2 * BITS);
    target[j + 1] = g >> (2 * BITS);
    target[j + blue] = b >> (2 * BITS);
  }
}
