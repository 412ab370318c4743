/** A mask in the run lengths of COCO, `{size: [height, width], counts}`; null for what is none. */
export function decodeRle(value: unknown): { width: number; height: number; bits: Uint8Array } | null {
  const { size, counts } = (value ?? {}) as { size?: unknown; counts?: unknown };
  const [height, width] = Array.isArray(size) ? (size as unknown[]) : [];
  if (!isSide(width) || !isSide(height) || width * height > MOST_PIXELS) return null;
  const runs = typeof counts === "string" ? unpack(counts) : Array.isArray(counts) ? (counts as unknown[]) : null;
  if (runs === null || !runs.every((run) => typeof run === "number" && run >= 0)) return null;
  return { width, height, bits: fill(runs as number[], width, height) };
}

const MOST_PIXELS = 1 << 26;

function isSide(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Runs go down the columns, first of what does not belong. */
function fill(runs: readonly number[], width: number, height: number): Uint8Array {
  const bits = new Uint8Array(width * height);
  let at = 0;
  for (const [i, run] of runs.entries()) {
    const end = Math.min(at + run, bits.length);
    if (i % 2 === 1) for (; at < end; at++) bits[(at % height) * width + Math.floor(at / height)] = 1;
    at = end;
  }
  return bits;
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
