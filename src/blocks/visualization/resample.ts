import type { Mask } from "./canvas.ts";

/** A mask at another size: the mean of the area when it shrinks, bilinear when it grows. */
export function resample({ alpha, width, height }: Mask, toWidth: number, toHeight: number): Uint8Array {
  if (toWidth === width && toHeight === height) return alpha;
  const columns = tapsOf(width, toWidth);
  const rows = tapsOf(height, toHeight);
  const narrow = new Float32Array(toWidth * height);
  for (let y = 0; y < height; y++) {
    columns.forEach((taps, x) => {
      let sum = 0;
      for (const { from, weight } of taps) sum += alpha[y * width + from]! * weight;
      narrow[y * toWidth + x] = sum;
    });
  }
  const resized = new Uint8Array(toWidth * toHeight);
  rows.forEach((taps, y) => {
    for (let x = 0; x < toWidth; x++) {
      let sum = 0;
      for (const { from, weight } of taps) sum += narrow[from * toWidth + x]! * weight;
      resized[y * toWidth + x] = Math.round(sum);
    }
  });
  return resized;
}

interface Tap {
  from: number;
  weight: number;
}

/** For each new place the old ones it is made of, with weights that add up to 1. */
function tapsOf(size: number, toSize: number): Tap[][] {
  const ratio = size / toSize;
  return Array.from({ length: toSize }, (_, i) =>
    ratio > 1 ? area(i * ratio, (i + 1) * ratio) : between((i + 0.5) * ratio - 0.5, size),
  );
}

function area(start: number, end: number): Tap[] {
  const taps: Tap[] = [];
  for (let from = Math.floor(start); from < end - 1e-9; from++) {
    taps.push({ from, weight: (Math.min(end, from + 1) - Math.max(start, from)) / (end - start) });
  }
  return taps;
}

function between(place: number, size: number): Tap[] {
  const from = Math.floor(place);
  const within = (index: number) => Math.min(size - 1, Math.max(0, index));
  return [
    { from: within(from), weight: 1 - (place - from) },
    { from: within(from + 1), weight: place - from },
  ];
}
