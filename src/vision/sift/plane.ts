import { padded } from "../edge.ts";
import type { Raster, Size } from "../raster.ts";

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

/** From the middle outwards. */
function weightsOf(sigma: number): Float32Array {
  const reach = Math.round(8 * sigma + 1) >> 1;
  const curve = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const sum = curve.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return Float32Array.from(curve, (weight) => weight / sum);
}

function across({ values, width, height }: Plane, weights: Float32Array): Plane {
  const result = newPlane({ width, height });
  const reach = weights.length - 1;
  const columns = padded(width, { before: reach, after: reach, edge: "mirror" });
  const row = new Float32Array(columns.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let i = 0; i < row.length; i++) row[i] = values[start + columns[i]!]!;
    for (let x = 0; x < width; x++) {
      const middle = x + reach;
      let sum = weights[0]! * row[middle]!;
      for (let i = 1; i <= reach; i++) sum += weights[i]! * (row[middle - i]! + row[middle + i]!);
      result.values[start + x] = sum;
    }
  }
  return result;
}

function downwards({ values, width, height }: Plane, weights: Float32Array): Plane {
  const result = newPlane({ width, height });
  const reach = weights.length - 1;
  const rows = padded(height, { before: reach, after: reach, edge: "mirror" });
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * width; x < width; x++) sums[x] = weights[0]! * values[at++]!;
    for (let i = 1; i <= reach; i++) {
      const weight = weights[i]!;
      let [above, below] = [rows[y + reach - i]! * width, rows[y + reach + i]! * width];
      for (let x = 0; x < width; x++) sums[x]! += weight * (values[above++]! + values[below++]!);
    }
    result.values.set(sums, y * width);
  }
  return result;
}

/** How far one is above another of its size. */
export function difference(upper: Plane, lower: Plane): Plane {
  return { ...upper, values: upper.values.map((value, i) => value - lower.values[i]!) };
}
