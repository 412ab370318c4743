/** A rectangle of packed 3-byte pixels inside a larger buffer; `offset` and `stride` in bytes, sizes in pixels. */
export interface PixelArea {
  pixels: Uint8Array;
  offset: number;
  stride: number;
  width: number;
  height: number;
}

/**
 * Fills `to` with `from`, scaled bilinearly with half-pixel centres and without antialiasing (as OpenCV's INTER_LINEAR,
 * which detectors are commonly fed with), red and blue exchanged when `swap`. Fixed point, exact to one grey level.
 */
export function resample(from: PixelArea, to: PixelArea, swap: boolean): void {
  const columns = tapsOf(from.width, to.width, 3);
  const lines = tapsOf(from.height, to.height, from.stride);
  const scaled: [Scaled, Scaled] = [emptyLine(to.width), emptyLine(to.width)];
  for (let y = 0; y < to.height; y++) {
    const top = lineAt(from, from.offset + lines.near[y]!, { columns, swap, scaled, keep: null });
    const bottom = lineAt(from, from.offset + lines.far[y]!, { columns, swap, scaled, keep: top });
    mix(top.values, bottom.values, lines.weight[y]!, to.pixels.subarray(to.offset + y * to.stride));
  }
}

const BITS = 11;
const ONE = 1 << BITS;

/** The two source positions of each target position, in bytes, and the weight of the far one in units of `ONE`. */
interface Taps {
  near: Int32Array;
  far: Int32Array;
  weight: Int32Array;
}

/** A source line at its target width, in units of `ONE`; `at` is where it begins in the source. */
interface Scaled {
  at: number;
  values: Int32Array;
}

function tapsOf(fromSize: number, toSize: number, step: number): Taps {
  const taps = { near: new Int32Array(toSize), far: new Int32Array(toSize), weight: new Int32Array(toSize) };
  for (let i = 0; i < toSize; i++) {
    const position = Math.max(0, ((i + 0.5) * fromSize) / toSize - 0.5);
    const near = Math.min(Math.floor(position), fromSize - 1);
    taps.near[i] = near * step;
    taps.far[i] = Math.min(near + 1, fromSize - 1) * step;
    taps.weight[i] = Math.round((position - near) * ONE);
  }
  return taps;
}

function emptyLine(width: number): Scaled {
  return { at: -1, values: new Int32Array(width * 3) };
}

interface LineWork {
  columns: Taps;
  swap: boolean;
  scaled: [Scaled, Scaled];
  /** The line that must not be overwritten. */
  keep: Scaled | null;
}

/** When enlarging, neighbouring target lines share source lines: the last two stay at hand. */
function lineAt(from: PixelArea, at: number, { columns, swap, scaled, keep }: LineWork): Scaled {
  const known = scaled.find((line) => line.at === at);
  if (known !== undefined) return known;
  const [a, b] = scaled;
  const line = keep === a || (keep === null && a.at > b.at) ? b : a;
  line.at = at;
  scaleLine(from.pixels.subarray(at), columns, { swap, values: line.values });
  return line;
}

function scaleLine(source: Uint8Array, { near, far, weight }: Taps, to: { swap: boolean; values: Int32Array }): void {
  const { values } = to;
  const red = to.swap ? 2 : 0;
  const blue = 2 - red;
  for (let x = 0, j = 0; x < near.length; x++, j += 3) {
    const a = near[x]!;
    const b = far[x]!;
    const share = weight[x]!;
    const rest = ONE - share;
    values[j + red] = source[a]! * rest + source[b]! * share;
    values[j + 1] = source[a + 1]! * rest + source[b + 1]! * share;
    values[j + blue] = source[a + 2]! * rest + source[b + 2]! * share;
  }
}

function mix(top: Int32Array, bottom: Int32Array, share: number, to: Uint8Array): void {
  const rest = ONE - share;
  const half = 1 << (2 * BITS - 1);
  for (let j = 0; j < top.length; j++) to[j] = (top[j]! * rest + bottom[j]! * share + half) >> (2 * BITS);
}
