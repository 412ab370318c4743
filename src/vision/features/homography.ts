import { repeatableRandom } from "../random.ts";

/** A view of a plane from elsewhere: three rows of three numbers, the last one 1. */
export type Homography = readonly number[];

export type PlanePoint = readonly [x: number, y: number];

/** The same point in two views. */
export interface Correspondence {
  from: PlanePoint;
  to: PlanePoint;
}

export function project(h: Homography, [x, y]: PlanePoint): [number, number] {
  const scale = h[6]! * x + h[7]! * y + h[8]!;
  return [(h[0]! * x + h[1]! * y + h[2]!) / scale, (h[3]! * x + h[4]! * y + h[5]!) / scale];
}

const ROUNDS = 2000;
const CONFIDENCE = 0.995;
const SAMPLE = 4;

/**
 * What takes most points to where they are in the other view, within `tolerance`, whatever the rest do (RANSAC; Fischler and Bolles,
 * 1981); null where not even four agree. The same for the same points.
 */
export function findHomography(points: readonly Correspondence[], tolerance: number): Homography | null {
  if (points.length < SAMPLE) return null;
  const random = repeatableRandom();
  let best: Correspondence[] = [];
  let rounds = ROUNDS;
  for (let round = 0; round < rounds; round++) {
    const found = throughPoints(sampleOf(points, random));
    if (found === null) continue;
    const agreeing = points.filter((point) => errorOf(found, point) <= tolerance * tolerance);
    if (agreeing.length <= best.length) continue;
    best = agreeing;
    rounds = Math.min(ROUNDS, roundsFor(agreeing.length / points.length));
  }
  return best.length < SAMPLE ? null : throughPoints(best);
}

/** Until one sample without a stray is as good as certain. */
function roundsFor(share: number): number {
  const pure = share ** SAMPLE;
  return pure >= 1 ? 1 : Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(1 - pure));
}

function sampleOf(points: readonly Correspondence[], random: () => number): Correspondence[] {
  const places = new Set<number>();
  while (places.size < SAMPLE) places.add(Math.floor(random() * points.length));
  return Array.from(places, (place) => points[place]!);
}

function errorOf(h: Homography, { from, to }: Correspondence): number {
  const [x, y] = project(h, from);
  const error = (x - to[0]) ** 2 + (y - to[1]) ** 2;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

/** By least squares, in coordinates around 0 where the equations are well-conditioned (Hartley, 1997); null where points are in line. */
function throughPoints(points: readonly Correspondence[]): Homography | null {
  const [from, to] = [around(points.map((point) => point.from)), around(points.map((point) => point.to))];
  const [matrix, right] = [Array.from({ length: 8 }, () => new Float64Array(8)), new Float64Array(8)];
  for (const point of points) {
    const [x, y] = from.move(point.from);
    const [u, v] = to.move(point.to);
    addEquation(matrix, right, [x, y, 1, 0, 0, 0, -u * x, -u * y], u);
    addEquation(matrix, right, [0, 0, 0, x, y, 1, -v * x, -v * y], v);
  }
  const found = solve(matrix, right);
  if (found === null) return null;
  const h = product(product(to.back, [...found, 1]), from.forth);
  const scale = h[8]!;
  return Math.abs(scale) < 1e-12 ? null : h.map((value) => value / scale);
}

/** Moves points so that their middle is 0 and their mean distance from it is the root of 2. */
function around(points: readonly PlanePoint[]) {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [cx, cy] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x, y]) => sum + Math.hypot(x - cx, y - cy), 0) / points.length;
  const scale = spread === 0 ? 1 : Math.SQRT2 / spread;
  return {
    move: ([x, y]: PlanePoint): PlanePoint => [(x - cx) * scale, (y - cy) * scale],
    forth: [scale, 0, -cx * scale, 0, scale, -cy * scale, 0, 0, 1],
    back: [1 / scale, 0, cx, 0, 1 / scale, cy, 0, 0, 1],
  };
}

function addEquation(matrix: Float64Array[], right: Float64Array, row: readonly number[], value: number): void {
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) matrix[i]![j]! += row[i]! * row[j]!;
    right[i]! += row[i]! * value;
  }
}

/** By elimination; null without a single solution. */
function solve(matrix: Float64Array[], right: Float64Array): number[] | null {
  const size = right.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column; row < size; row++) {
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row;
    }
    if (Math.abs(matrix[pivot]![column]!) < 1e-10) return null;
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    [right[column], right[pivot]] = [right[pivot]!, right[column]!];
    for (let row = 0; row < size; row++) {
      const share = row === column ? 0 : matrix[row]![column]! / matrix[column]![column]!;
      for (let i = column; i < size && share !== 0; i++) matrix[row]![i]! -= share * matrix[column]![i]!;
      right[row]! -= share * right[column]!;
    }
  }
  return Array.from(right, (value, i) => value / matrix[i]![i]!);
}

export function product(a: Homography, b: Homography): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [3 * Math.floor(i / 3), i % 3];
    return a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!;
  });
}

/** The way back; null where there is none. */
export function inverse(h: Homography): number[] | null {
  const [a, b, c, d, e, f, g, k, l] = h as unknown as [number, number, number, number, number, number, number, number, number]; // biome-ignore format: nine numbers
  const cofactors = [e * l - f * k, c * k - b * l, b * f - c * e, f * g - d * l, a * l - c * g, c * d - a * f, d * k - e * g, b * g - a * k, a * e - b * d]; // biome-ignore format: nine numbers
  const determinant = a * cofactors[0]! + b * cofactors[3]! + c * cofactors[6]!;
  return determinant === 0 ? null : cofactors.map((value) => value / determinant);
}
