import { type Mask, MOST_PIXELS, trimMask, wholeRuns } from "./mask.ts";

/** A mask of a whole picture as COCO writes it. */
export interface Rle {
  size: [height: number, width: number];
  counts: string;
}

/** Run lengths of COCO, `{size: [height, width], counts}` with counts as a list or compressed; null for what is none. */
export function readRle(value: unknown): Mask | null {
  const { size, counts } = (value ?? {}) as { size?: unknown; counts?: unknown };
  const [height, width] = Array.isArray(size) ? (size as unknown[]) : [];
  if (!isSide(width) || !isSide(height) || width * height > MOST_PIXELS) return null;
  const runs = typeof counts === "string" ? unpack(counts) : counts;
  if (!Array.isArray(runs) || !runs.every((run) => Number.isSafeInteger(run) && run >= 0)) return null;
  const sum = (runs as number[]).reduce((total, run) => total + run, 0);
  if (sum !== width * height) return null;
  return trimMask({ x: 0, y: 0, width, height, runs: Uint32Array.from(runs as number[]) });
}

/** Parts of the mask beyond the picture are cut off. */
export function writeRle(mask: Mask, { width, height }: { width: number; height: number }): Rle {
  return { size: [height, width], counts: pack(wholeRuns(mask, width, height)) };
}

function isSide(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

const [FIRST, LAST, MORE, SIGN, BITS] = [48, 0x3f, 0x20, 0x10, 5];

/** Numbers of 5 bits a letter, lowest first; from the fourth on as differences to the one before the last. */
function unpack(text: string): number[] | null {
  const runs: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift, letter] = [0, 0, MORE];
    while ((letter & MORE) !== 0) {
      if (at >= text.length || shift > 30) return null;
      letter = text.charCodeAt(at++) - FIRST;
      if (letter < 0 || letter > LAST) return null;
      value += (letter & 0x1f) * 2 ** shift;
      shift += BITS;
    }
    if ((letter & SIGN) !== 0) value -= 2 ** shift;
    runs.push(runs.length > 2 ? value + runs[runs.length - 2]! : value);
  }
  return runs;
}

function pack(runs: Uint32Array): string {
  const letters: number[] = [];
  for (let i = 0; i < runs.length; i++) {
    let value = i > 2 ? runs[i]! - runs[i - 2]! : runs[i]!;
    for (let isLast = false; !isLast; ) {
      const bits = value & 0x1f;
      value >>= BITS;
      // The sign bit of the last letter says what all higher bits are.
      isLast = (bits & SIGN) === 0 ? value === 0 : value === -1;
      letters.push(bits + (isLast ? 0 : MORE) + FIRST);
    }
  }
  return Buffer.from(letters).toString("latin1");
}
