import { roundHalfEven } from "../../base/round-half-even.ts";
import { newRaster, type Raster } from "../raster.ts";

/** Tiles along each side. */
const TILES = 8;

/**
 * Evens out how frequent values are in each of 8 x 8 tiles, blended from tile to tile, where no value counts for more than `limit` times
 * its fair share (CLAHE; Zuiderveld, 1994).
 */
export function evenLocalContrast(raster: Raster<1>, limit: number): Raster<1> {
  const fits = raster.width % TILES === 0 && raster.height % TILES === 0;
  // As in the reference, where one side does not fit, both get more pixels.
  const sideOf = (length: number) => (fits ? length / TILES : Math.floor(length / TILES) + 1);
  const [width, height] = [sideOf(raster.width), sideOf(raster.height)];
  const maps = new Uint8Array(TILES * TILES * LEVELS);
  for (let tile = 0; tile < TILES * TILES; tile++) {
    const counts = countsOf(raster, { x: (tile % TILES) * width, y: Math.floor(tile / TILES) * height, width, height });
    maps.set(mapOf(counts, { pixels: width * height, limit }), tile * LEVELS);
  }
  return blended(raster, { maps, width, height });
}

/** Values of a pixel. */
const LEVELS = 256;

interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Of a tile that may reach over the edge, where the picture goes on mirrored. */
function countsOf({ data, width, height, stride }: Raster<1>, tile: Tile): Int32Array {
  const counts = new Int32Array(LEVELS);
  const inside = Math.max(tile.x, Math.min(tile.x + tile.width, width));
  for (let y = tile.y; y < tile.y + tile.height; y++) {
    const start = mirrored(y, height) * stride;
    for (let at = start + tile.x; at < start + inside; at++) counts[data[at]!]!++;
    for (let x = inside; x < tile.x + tile.width; x++) counts[data[start + mirrored(x, width)]!]!++;
  }
  return counts;
}

function mirrored(place: number, length: number): number {
  if (place < length) return place;
  return length === 1 ? 0 : Math.abs(2 * (length - 1) - place) % length;
}

function mapOf(counts: Int32Array, { pixels, limit }: { pixels: number; limit: number }): Uint8Array {
  const most = Math.max(1, Math.trunc((limit * pixels) / 256));
  const excess = counts.reduce((sum, count) => sum + Math.max(0, count - most), 0);
  const each = Math.floor(excess / 256);
  let left = excess - each * 256;
  const step = left === 0 ? 1 : Math.max(1, Math.floor(256 / left));
  // In the precision of the reference, on which halves depend.
  const scale = Math.fround(255 / pixels);
  let below = 0;
  return Uint8Array.from(counts, (count, value) => {
    const one = left > 0 && value % step === 0 ? 1 : 0;
    left -= one;
    below += Math.min(count, most) + each + one;
    return Math.min(255, roundHalfEven(below * scale));
  });
}

interface Maps {
  /** The new levels of one tile after another. */
  maps: Uint8Array;
  width: number;
  height: number;
}

function blended(raster: Raster<1>, { maps, width, height }: Maps): Raster<1> {
  const result = newRaster(raster, 1);
  const { data, stride } = raster;
  const columns = columnsOf(raster.width, width);
  for (let y = 0, to = 0; y < raster.height; y++) {
    const [above, below, lower] = between(y, height);
    const upperRow = maps.subarray(above * TILES * LEVELS, (above + 1) * TILES * LEVELS);
    const lowerRow = maps.subarray(below * TILES * LEVELS, (below + 1) * TILES * LEVELS);
    for (let x = 0, at = y * stride; x < raster.width; x++, at++, to++) {
      const [left, right] = [columns.left[x]! + data[at]!, columns.right[x]! + data[at]!];
      const share = columns.share[x]!;
      const upper = upperRow[left]! * (1 - share) + upperRow[right]! * share;
      const under = lowerRow[left]! * (1 - share) + lowerRow[right]! * share;
      const value = upper * (1 - lower) + under * lower;
      // `roundHalfEven` for what is never negative, without a call for each pixel.
      const rounded = (value + 0.5) | 0;
      result.data[to] = rounded - value === 0.5 ? rounded & ~1 : rounded;
    }
  }
  return result;
}

/** For each column where the maps of the tiles on both sides begin, and its share of the second. */
function columnsOf(count: number, side: number) {
  const columns = { left: new Int32Array(count), right: new Int32Array(count), share: new Float64Array(count) };
  for (let x = 0; x < count; x++) {
    const [left, right, share] = between(x, side);
    [columns.left[x], columns.right[x], columns.share[x]] = [left * LEVELS, right * LEVELS, share];
  }
  return columns;
}

/** The tiles whose middles a place lies between, and how near it is to the second. */
function between(place: number, side: number): [before: number, after: number, share: number] {
  const exact = place / side - 0.5;
  const tile = Math.floor(exact);
  return [Math.max(0, tile), Math.min(TILES - 1, tile + 1), exact - tile];
}
