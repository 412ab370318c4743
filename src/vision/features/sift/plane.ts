import { padded } from "../../filters/edge.ts";
import type { Raster, Size } from "../../raster.ts";

/** A picture of fractions, in rows without gaps. */
export interface Plane extends Size {
  values: Float32Array;
}

function newPlane({ width, height }: Size): Plane {
  return { values: new Float32Array(width * height), width, height };
}

/** Twice as large, blended between the middles of pixels. */
export function doubled({ data, width, height, stride }: Raster<1>): Plane {
  const large = newPlane({ width: 2 * width, height: 2 * height });
  const place = (at: number, length: number) => {
    const exact = (at + 0.5) / 2 - 0.5;
    const first = Math.floor(exact);
    return { first: Math.max(0, first), second: Math.min(length - 1, first + 1), share: exact - first };
  };
  const columns = Array.from({ length: large.width }, (_, x) => place(x, width));
  for (let y = 0, to = 0; y < large.height; y++) {
    const { first, second, share } = place(y, height);
    const [upper, lower] = [data.subarray(first * stride), data.subarray(second * stride)];
    for (const { first: left, second: right, share: across } of columns) {
      const above = upper[left]! * (1 - across) + upper[right]! * across;
      const below = lower[left]! * (1 - across) + lower[right]! * across;
      large.values[to++] = above * (1 - share) + below * share;
    }
  }
  return large;
}

/** Every second pixel of every second row. */
export function halved({ values, width, height }: Plane): Plane {
  const small = newPlane({ width: width >> 1, height: height >> 1 });
  for (let y = 0, to = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) small.values[to++] = values[2 * y * width + 2 * x]!;
  }
  return small;
}

/** Blurred by a bell curve of a width, mirrored at the edges. */
export function blurred(plane: Plane, sigma: number): Plane {
  const weights = weightsOf(sigma);
  return downwards(across(plane, weights), weights);
}

/** From the middle outwards; in double precision, as converting at each step takes longer than reading twice as much. */
function weightsOf(sigma: number): Float64Array {
  const reach = Math.round(8 * sigma + 1) >> 1;
  const curve = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const sum = curve.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return curve.map((weight) => weight / sum);
}

function across({ values, width, height }: Plane, weights: Float64Array): Plane {
  const result = newPlane({ width, height });
  const reach = weights.length - 1;
  const columns = padded(width, { before: reach, after: reach, edge: "mirror" });
  const row = new Float64Array(columns.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let i = 0; i < row.length; i++) row[i] = values[start + columns[i]!]!;
    for (let x = 0; x < width; x++) {
      let sum = weights[0]! * row[x + reach]!;
      for (let i = 1, left = x + reach - 1, right = x + reach + 1; i <= reach; i++, left--, right++) {
        sum += weights[i]! * (row[left]! + row[right]!);
      }
      result.values[start + x] = sum;
    }
  }
  return result;
}

/** Keeps the rows around the current one in a ring, as numbers that need no conversion. */
function downwards({ values, width, height }: Plane, weights: Float64Array): Plane {
  const result = newPlane({ width, height });
  const reach = weights.length - 1;
  const rows = padded(height, { before: reach, after: reach, edge: "mirror" });
  const ring = Array.from({ length: 2 * reach + 1 }, () => new Float64Array(width));
  const lineOf = (place: number) => ring[place % ring.length]!;
  const load = (place: number) => {
    const start = rows[place]! * width;
    lineOf(place).set(values.subarray(start, start + width));
  };
  for (let place = 0; place < 2 * reach; place++) load(place);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    load(y + 2 * reach);
    const middle = lineOf(y + reach);
    for (let x = 0; x < width; x++) sums[x] = weights[0]! * middle[x]!;
    for (let i = 1; i <= reach; i++) addPair(sums, [lineOf(y + reach - i), lineOf(y + reach + i)], weights[i]!);
    result.values.set(sums, y * width);
  }
  return result;
}

function addPair(sums: Float64Array, [above, below]: [Float64Array, Float64Array], weight: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += weight * (above[x]! + below[x]!);
}

/** How far one is above another of its size. */
export function difference(upper: Plane, lower: Plane): Plane {
  const result = newPlane(upper);
  for (let i = 0; i < result.values.length; i++) result.values[i] = upper.values[i]! - lower.values[i]!;
  return result;
}
