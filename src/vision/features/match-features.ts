/** Rows of numbers of one length, packed. */
export interface Descriptors {
  values: Float32Array;
  count: number;
  length: number;
}

/** Which row of the second belongs to a row of the first. */
export interface Pair {
  first: number;
  second: number;
}

/** Rows that are nearer to a row of the second than `ratio` times the distance to the next one (Lowe, 2004). None where fewer than two are on a side. */
export function matchFeatures(first: Descriptors, second: Descriptors, ratio: number): Pair[] {
  if (first.count < 2 || second.count < 2) return [];
  const found: Pair[] = [];
  for (let row = 0; row < first.count; row++) {
    const { place, nearest, next } = nearestTwo(
      first.values.subarray(row * first.length, (row + 1) * first.length),
      second,
    );
    if (Math.sqrt(nearest) < ratio * Math.sqrt(next)) found.push({ first: row, second: place });
  }
  return found;
}

/** Numbers after which a row is given up that is too far already. */
const STRIDE = 16;

function nearestTwo(row: Float32Array, { values, count, length }: Descriptors) {
  let [place, nearest, next] = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let other = 0, start = 0; other < count; other++, start += length) {
    let distance = 0;
    for (let i = 0; i < length && distance < next; i += STRIDE) {
      for (let j = i; j < Math.min(i + STRIDE, length); j++) {
        const away = row[j]! - values[start + j]!;
        distance += away * away;
      }
    }
    if (distance < nearest) [place, nearest, next] = [other, distance, nearest];
    else if (distance < next) next = distance;
  }
  return { place, nearest, next };
}
