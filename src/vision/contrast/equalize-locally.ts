import { isGrey, newRaster, type Raster, type Size } from "../raster.ts";

/**
 * Evens out how frequent values are in each place by its surroundings, tiles of an eighth of each side, and limits how much that raises
 * contrast (CLAHE; Zuiderveld, 1994). Of a colour it changes how bright it is and not its hue.
 */
export function equalizeLocally<R extends Raster>(raster: R): R;
export function equalizeLocally(raster: Raster): Raster {
  const levels = levelsOf(raster);
  const evened = evenedOut(levels, raster);
  return isGrey(raster) ? greyOfShares(evened, raster) : scaledBy(evened, raster);
}

function greyOfShares(shares: Float64Array, size: Size): Raster<1> {
  const result = newRaster(size, 1);
  for (let i = 0; i < shares.length; i++) result.data[i] = 255 * shares[i]!;
  return result;
}

/** Every pixel as bright as its share, in its own hue; a black one has none and becomes grey. */
function scaledBy(shares: Float64Array, { data, width, height, stride }: Raster): Raster<3> {
  const result = newRaster({ width, height }, 3);
  for (let y = 0, i = 0, to = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < width; x++, at += 3, to += 3, i++) {
      const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
      const most = Math.max(r, g, b);
      const scale = (255 * shares[i]!) / (most === 0 ? 1 : most);
      result.data[to] = (most === 0 ? 1 : r) * scale + TINY;
      result.data[to + 1] = (most === 0 ? 1 : g) * scale + TINY;
      result.data[to + 2] = (most === 0 ? 1 : b) * scale + TINY;
    }
  }
  return result;
}

/** Keeps what is whole but for the last bit of a fraction from being cut to one less. */
const TINY = 1e-9;

const GREYS = 2 ** 14;
const BINS = 256;
const BIN_SIZE = 1 + GREYS / BINS;
/** Share of a tile's pixels that one bin may have. */
const CLIP = 0.03;

/** The brightest channel of each pixel, stretched over all grey levels. */
function levelsOf({ data, width, height, stride, channels }: Raster): Uint16Array {
  const values = new Uint16Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + width * channels; at += channels) {
      let most = data[at]!;
      for (let c = 1; c < channels; c++) most = Math.max(most, data[at + c]!);
      values[to++] = most;
    }
  }
  return stretched(values);
}

function stretched(values: Uint16Array): Uint16Array {
  const [low, high] = rangeOf(values);
  if (low === high) return values.map((value) => Math.min(value * 257, GREYS - 1));
  return values.map((value) => Math.round(((value - low) / (high - low)) * (GREYS - 1)));
}

function rangeOf(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < low) low = values[i]!;
    if (values[i]! > high) high = values[i]!;
  }
  return [low, high];
}

/** Levels after equalisation as shares of the brightest one. */
function evenedOut(levels: Uint16Array, size: Size): Float64Array {
  const [across, down] = [tilesOf(size.width), tilesOf(size.height)];
  const maps = new Int32Array(across.count * down.count * BINS);
  for (let tile = 0; tile < across.count * down.count; tile++) {
    const [x, y] = [tile % across.count, Math.floor(tile / across.count)];
    const counts = countsOf(levels, size.width, { across: across.placesOf(x), down: down.placesOf(y) });
    maps.set(mapOf(counts), tile * BINS);
  }
  const columns = Array.from({ length: size.width }, (_, x) => across.between(x));
  const evened = new Float64Array(levels.length);
  for (let y = 0, at = 0; y < size.height; y++) {
    const [above, below, lower] = down.between(y);
    const [upperRow, lowerRow] = [above * across.count * BINS, below * across.count * BINS];
    for (let x = 0; x < size.width; x++, at++) {
      const [left, right, share] = columns[x]!;
      const bin = Math.floor(levels[at]! / BIN_SIZE);
      const [first, second] = [left * BINS + bin, right * BINS + bin];
      const upper = maps[upperRow + first]! * (1 - share) + maps[upperRow + second]! * share;
      const under = maps[lowerRow + first]! * (1 - share) + maps[lowerRow + second]! * share;
      evened[at] = Math.trunc(upper * (1 - lower) + under * lower);
    }
  }
  const [low, high] = rangeOf(evened);
  return evened.map((value) => (high === low ? Math.min(1, value) : (value - low) / (high - low)));
}

/** Tiles along a side: how many, which places each has, and between which two of them a place lies. */
function tilesOf(length: number) {
  const side = Math.max(1, Math.floor(length / 8));
  const count = Math.ceil(length / side);
  const inside = (tile: number) => Math.min(Math.max(tile, 0), count - 1);
  return {
    count,
    placesOf: (tile: number) => Array.from({ length: side }, (_, i) => mirrored(tile * side + i, length)),
    between: (place: number): [before: number, after: number, share: number] => {
      const moved = place + (side >> 1);
      const tile = Math.floor(moved / side);
      return [inside(tile - 1), inside(tile), (moved % side) / side];
    },
  };
}

/** Behind its end a picture goes on mirrored at its last pixel. */
function mirrored(place: number, length: number): number {
  return place < length ? place : Math.max(0, 2 * (length - 1) - place);
}

function countsOf(levels: Uint16Array, width: number, tile: { across: number[]; down: number[] }): Int32Array {
  const counts = new Int32Array(BINS);
  for (const y of tile.down) for (const x of tile.across) counts[Math.floor(levels[y * width + x]! / BIN_SIZE)]!++;
  return counts;
}

/** The new level of each bin. */
function mapOf(counts: Int32Array): Int32Array {
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  limit(counts, Math.max(1, Math.trunc(CLIP * pixels)));
  let below = 0;
  return counts.map((count) => {
    below += count;
    return Math.min(GREYS - 1, (below * (GREYS - 1)) / pixels);
  });
}

/** Takes from bins what they have above the limit and deals it out among the others. */
function limit(counts: Int32Array, most: number): void {
  let excess = counts.reduce((sum, count) => sum + Math.max(0, count - most), 0);
  const each = Math.floor(excess / counts.length);
  for (const [i, count] of counts.entries()) {
    const raised = count < most - each ? count + each : Math.min(count, most);
    counts[i] = raised >= most - each ? most : raised;
    excess -= Math.max(0, counts[i] - count);
  }
  while (excess > 0) {
    const left = dealOut(counts, most, excess);
    if (left === excess) return;
    excess = left;
  }
}

/** One to every so many bins with room, beginning one bin later each time; gives what is left. */
function dealOut(counts: Int32Array, most: number, excess: number): number {
  for (let first = 0; first < counts.length && excess > 0; first++) {
    const room = counts.reduce((sum, count) => sum + (count < most ? 1 : 0), 0);
    const step = Math.max(1, Math.floor(room / excess));
    for (let i = first; i < counts.length; i += step) {
      if (counts[i]! >= most) continue;
      counts[i]!++;
      excess--;
    }
  }
  return excess;
}
