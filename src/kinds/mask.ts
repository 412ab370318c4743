/**
 * A mask as run lengths within a window of a picture: column by column from the left, each from the top down, runs of pixels
 * outside and inside taking turns, the first one outside (the order of COCO). A window makes moving a mask free.
 */
export interface Mask {
  /** Place and size of the window in pixels of the picture. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Lengths of runs; their sum is `width * height`. */
  runs: Uint32Array;
}

/** Of a window; more would take gigabytes as pixels. */
export const MOST_PIXELS = 1 << 26;

/** Run lengths of a window of pixels in rows, where not 0 is inside. */
export function maskOf(pixels: Uint8Array, window: Omit<Mask, "runs">): Mask {
  const { width, height } = window;
  const runs: number[] = [];
  let inside = 0;
  let length = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0, at = x; y < height; y++, at += width) {
      const value = pixels[at] === 0 ? 0 : 1;
      if (value !== inside) {
        runs.push(length);
        inside = value;
        length = 0;
      }
      length++;
    }
  }
  runs.push(length);
  return { ...window, runs: Uint32Array.from(runs) };
}

/** The window's pixels in rows, 1 inside and 0 outside. */
export function pixelsOf({ width, height, runs }: Mask): Uint8Array {
  const pixels = new Uint8Array(width * height);
  forEachSpan({ x: 0, y: 0, width, height, runs }, (x, top, bottom) => {
    for (let at = top * width + x; at < bottom * width; at += width) pixels[at] = 1;
  });
  return pixels;
}

/** Number of pixels inside. */
export function areaOf({ runs }: Mask): number {
  let area = 0;
  for (let i = 1; i < runs.length; i += 2) area += runs[i]!;
  return area;
}

/** The same mask seen from another origin, on the grid of pixels. */
export function moveMask(mask: Mask, dx: number, dy: number): Mask {
  return { ...mask, x: mask.x + Math.round(dx), y: mask.y + Math.round(dy) };
}

/** What of the mask lies in a region. */
export function clipMask(mask: Mask, region: Omit<Mask, "runs">): Mask {
  const [x, y] = [Math.max(mask.x, region.x), Math.max(mask.y, region.y)];
  const width = Math.max(0, Math.min(mask.x + mask.width, region.x + region.width) - x);
  const height = Math.max(0, Math.min(mask.y + mask.height, region.y + region.height) - y);
  if (width === mask.width && height === mask.height) return mask;
  return { x, y, width, height, runs: wholeRuns(moveMask(mask, -x, -y), width, height) };
}

/** The same mask in the smallest window. */
export function trimMask(mask: Mask): Mask {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  forEachSpan(mask, (x, from, to) => {
    [left, right] = [Math.min(left, x), x + 1];
    [top, bottom] = [Math.min(top, from), Math.max(bottom, to)];
  });
  if (left > right) return { x: mask.x, y: mask.y, width: 0, height: 0, runs: new Uint32Array() };
  return clipMask(mask, { x: left, y: top, width: right - left, height: bottom - top });
}

/** Whether what may be no mask has a window that its runs fill. */
export function isMask(value: unknown): value is Mask {
  const { x, y, width, height, runs } = (value ?? {}) as Partial<Record<keyof Mask, unknown>>;
  if (![x, y].every(Number.isSafeInteger) || !isCount(width) || !isCount(height)) return false;
  if (!(runs instanceof Uint32Array) || width * height > MOST_PIXELS) return false;
  let sum = 0;
  for (let i = 0; i < runs.length; i++) sum += runs[i]!;
  return sum === width * height;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Run lengths over a whole picture of `width` x `height` pixels; parts of the window beyond it are cut off. */
export function wholeRuns(mask: Mask, width: number, height: number): Uint32Array {
  const runs: number[] = [];
  let end = 0;
  const add = (from: number, to: number) => {
    if (from === end && runs.length > 0) runs[runs.length - 1]! += to - from;
    else runs.push(from - end, to - from);
    end = to;
  };
  forEachSpan(mask, (x, top, bottom) => {
    const [from, to] = [Math.max(0, top), Math.min(height, bottom)];
    if (x >= 0 && x < width && from < to) add(x * height + from, x * height + to);
  });
  if (end < width * height) runs.push(width * height - end);
  return Uint32Array.from(runs);
}

/** Calls back for every vertical run of inside pixels, in pixels of the picture, `bottom` exclusive; columns from the left. */
export function forEachSpan(
  { x, y, height, runs }: Mask,
  callback: (x: number, top: number, bottom: number) => void,
): void {
  forEachRun(runs, (from, to) => {
    for (let at = from; at < to; ) {
      const column = Math.floor(at / height);
      const end = Math.min(to, (column + 1) * height);
      callback(x + column, y + at - column * height, y + end - column * height);
      at = end;
    }
  });
}

function forEachRun(runs: Uint32Array, callback: (from: number, to: number) => void): void {
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const length = runs[i]!;
    if (i % 2 === 1 && length > 0) callback(at, at + length);
    at += length;
  }
}
