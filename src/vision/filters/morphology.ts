import { roundHalfEven } from "../../base/round-half-even.ts";
import { newRaster, type Raster } from "../raster.ts";

/** The brightest value of each channel in a square around each pixel; an even square reaches one pixel further up and left. */
export function dilate<R extends Raster>(raster: R, size: number): R {
  return spread(raster, squareOf(size), 0);
}

/** The darkest value in the same square. */
export function erode<R extends Raster>(raster: R, size: number): R {
  return spread(raster, squareOf(size), INVERTED);
}

/** Takes out what is bright and does not hold an ellipse of `size` pixels on a side. */
export function openByEllipse<R extends Raster>(raster: R, size: number): R {
  const ellipse = ellipseOf(size);
  return spread(spread(raster, ellipse, INVERTED), ellipse, 0);
}

/** What lies so near to the outline of bright areas, inside or outside, that an ellipse of `size` pixels on a side around it meets both. */
export function bandAlongOutline(raster: Raster<1>, size: number): Raster<1> {
  const ellipse = ellipseOf(size);
  return excess(spread(raster, ellipse, 0), spread(raster, ellipse, INVERTED));
}

/** What of bright areas is further than `distance` from all that is dark; outside of the picture nothing is. */
export function deepInside(raster: Raster<1>, distance: number): Raster<1> {
  const rows = Array.from({ length: 2 * distance + 1 }, (_, y): [number, number] => {
    const half = Math.floor(Math.sqrt(distance ** 2 - (y - distance) ** 2));
    return [distance - half, distance + half];
  });
  return spread(raster, { rows, size: rows.length }, INVERTED);
}

/** How far one picture is above another of its size, 0 where it is not. */
export function excess<R extends Raster>(upper: R, lower: R): R {
  const { data, width, height, stride, channels } = upper;
  const result = newRaster(upper, channels);
  for (let y = 0, to = 0; y < height; y++) {
    let [a, b] = [y * stride, y * lower.stride];
    for (const end = a + width * channels; a < end; a++, b++) {
      result.data[to++] = Math.max(0, data[a]! - lower.data[b]!);
    }
  }
  return result as Raster as R;
}

/** The darkest value of a picture is the brightest of its negative. */
const INVERTED = 255;

/** For each row of a shape the columns that it covers, the last included. */
interface Shape {
  rows: readonly (readonly [from: number, to: number])[];
  size: number;
}

function squareOf(size: number): Shape {
  return { rows: Array.from({ length: size }, () => [0, size - 1] as const), size };
}

function ellipseOf(size: number): Shape {
  const middle = size >> 1;
  const rows = Array.from({ length: size }, (_, y): [number, number] => {
    const away = y - middle;
    const share = middle === 0 ? 0 : (middle * middle - away * away) / (middle * middle);
    const half = roundHalfEven(middle * Math.sqrt(Math.max(0, share)));
    return [Math.max(middle - half, 0), Math.min(middle + half, size - 1)];
  });
  return { rows, size };
}

function spread<R extends Raster>(raster: R, { rows, size }: Shape, flip: 0 | 255): R {
  const room = paddedBy(raster, size, flip);
  const isSquare = rows.every(([from, to]) => from === 0 && to === size - 1);
  if (!isSquare) return cutOut(raster, byRows(room, rows), flip);
  widen(room.values, size, raster.channels);
  widen(room.values, size, room.row);
  return cutOut(raster, room, flip);
}

/** With `size - 1` more columns and rows, of which half of `size` come first; these are as dark as can be. */
interface Room {
  values: Uint8Array;
  /** Bytes of a row, a multiple of four. */
  row: number;
  channels: number;
}

function paddedBy({ data, width, height, stride, channels }: Raster, size: number, flip: number): Room {
  const row = Math.ceil(((width + size - 1) * channels) / 4) * 4;
  const values = new Uint8Array(row * (height + size - 1)).fill(flip);
  const before = size >> 1;
  for (let y = 0; y < height; y++) {
    const line = data.subarray(y * stride, y * stride + width * channels);
    values.set(line, (y + before) * row + before * channels);
  }
  if (flip !== 0) invert(values);
  return { values, row, channels };
}

/** Four bytes at once. */
function wordsOf(values: Uint8Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length >> 2);
}

function invert(values: Uint8Array): void {
  const words = wordsOf(values);
  for (let i = 0; i < words.length; i++) words[i] = ~words[i]!;
}

/** Makes each value the largest of `count` ones that lie `step` apart, itself the first; reaches double from pass to pass. */
function widen(values: Uint8Array, count: number, step: number): void {
  const words = wordsOf(values);
  let reach = 1;
  for (; 2 * reach <= count; reach *= 2) takeFrom(words, reach * step);
  if (reach < count) takeFrom(words, (count - reach) * step);
}

/** Every second byte of four, and the bit above each of these. */
const BYTES = 0x00ff00ff;
const ABOVE = 0x01000100;

/** Makes each byte the greater one of itself and the one that lies so many bytes ahead. */
function takeFrom(words: Int32Array, ahead: number): void {
  const [whole, shift] = [ahead >> 2, 8 * (ahead & 3)];
  const last = words.length - whole;
  for (let at = 0; at < last; at++) {
    const here = words[at]!;
    const next = words[at + whole]!;
    const behind = at + whole + 1 < words.length ? words[at + whole + 1]! : 0;
    const there = shift === 0 ? next : (next >>> shift) | (behind << (32 - shift));
    words[at] = greater(here & BYTES, there & BYTES) | (greater((here >>> 8) & BYTES, (there >>> 8) & BYTES) << 8);
  }
}

/** Of two bytes each, without a branch, which noise would make hard to predict. */
function greater(a: number, b: number): number {
  const isFirst = ((a | ABOVE) - b) & ABOVE;
  return b ^ ((a ^ b) & (isFirst - (isFirst >>> 8)));
}

function byRows({ values, row, channels }: Room, rows: Shape["rows"]): Room {
  const found = new Uint8Array(values.length);
  const widened = new Map<number, Uint8Array>();
  for (const [y, [from, to]] of rows.entries()) {
    const count = to - from + 1;
    const wide = widened.get(count) ?? values.slice();
    if (!widened.has(count)) widen(wide, count, channels);
    widened.set(count, wide);
    const ahead = y * row + from * channels;
    for (let at = 0; at + ahead < wide.length; at++) {
      if (wide[at + ahead]! > found[at]!) found[at] = wide[at + ahead]!;
    }
  }
  return { values: found, row, channels };
}

function cutOut<R extends Raster>(like: R, { values, row }: Room, flip: number): R {
  const cut = newRaster(like, like.channels);
  if (flip !== 0) invert(values);
  for (let y = 0; y < like.height; y++) {
    cut.data.set(values.subarray(y * row, y * row + cut.stride), y * cut.stride);
  }
  return cut as Raster as R;
}
