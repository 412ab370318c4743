/** The largest difference of a pixel between two grey pictures of one size. */
export function largestChange(now: Uint8Array, before: Uint8Array): number {
  let largest = 0;
  for (let i = 0; i < now.length; i++) {
    const change = Math.abs(now[i]! - before[i]!);
    if (change > largest) largest = change;
  }
  return largest;
}

/** Parts that a picture is divided into, each way. */
const PARTS = 12;

/**
 * How much pixels differ between two grey pictures in a row where nothing happens: the mean difference in the part of the picture that
 * is the median among all, so that what moves in less than half of them does not count.
 */
export function noiseBetween(now: Uint8Array, before: Uint8Array, width: number): number {
  const height = now.length / width;
  const parts = new Float64Array(PARTS * PARTS);
  for (let part = 0; part < parts.length; part++) {
    const column = part % PARTS;
    const row = (part - column) / PARTS;
    const [left, right] = [edge(column, width), edge(column + 1, width)];
    const [top, bottom] = [edge(row, height), edge(row + 1, height)];
    let sum = 0;
    for (let y = top; y < bottom; y += 2) {
      for (let i = y * width + left; i < y * width + right; i++) sum += Math.abs(now[i]! - before[i]!);
    }
    parts[part] = sum / ((right - left) * Math.ceil((bottom - top) / 2));
  }
  return parts.sort()[parts.length >> 1]!;
}

function edge(part: number, length: number): number {
  return Math.floor((part * length) / PARTS);
}
