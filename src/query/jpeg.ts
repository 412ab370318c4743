import type { PixelView } from "../kinds/pixel-service.ts";
import { BitWriter, type HuffmanTable, huffmanTable } from "./jpeg-bits.ts";

// Baseline JPEG with full colour, for queries: these do not wait, which the encoder of published pictures asks for.

/** The picture as JPEG; quality from 1 to 100 as usual. */
export function encodeJpeg(view: PixelView, quality: number): Uint8Array {
  const [light, colour] = [LIGHT, COLOUR].map((table) => scaled(table, quality)) as [number[], number[]];
  const out = new BitWriter();
  out.bytes([0xff, 0xd8]);
  out.segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  out.segment(0xdb, [0, ...ZIGZAG.map((at) => light[at] ?? 1)]);
  out.segment(0xdb, [1, ...ZIGZAG.map((at) => colour[at] ?? 1)]);
  const { width, height } = view;
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  out.segment(0xc0, [8, ...size, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
  out.segment(0xc4, [0x00, ...DC.description, 0x10, ...AC.description]);
  out.segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
  scan(view, [light, colour, colour], out);
  out.flush();
  out.bytes([0xff, 0xd9]);
  return out.result();
}

function scan({ rgb, stride, width, height }: PixelView, tables: readonly number[][], out: BitWriter): void {
  const planes = [new Float64Array(64), new Float64Array(64), new Float64Array(64)] as const;
  const before = [0, 0, 0];
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) {
        // Beyond the edge its last pixels go on.
        const y = Math.min(height - 1, top + (i >> 3));
        const x = Math.min(width - 1, left + (i & 7));
        const at = y * stride + 3 * x;
        const [r = 0, g = 0, b = 0] = [rgb[at], rgb[at + 1], rgb[at + 2]];
        planes[0][i] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
        planes[1][i] = -0.168736 * r - 0.331264 * g + 0.5 * b;
        planes[2][i] = 0.5 * r - 0.418688 * g - 0.081312 * b;
      }
      for (const [n, plane] of planes.entries()) before[n] = block(plane, tables[n] ?? [], before[n] ?? 0, out);
    }
  }
}

/** Writes a block of 8 x 8 values; gives its mean, from which that of the next one is reported. */
function block(values: Float64Array, table: readonly number[], before: number, out: BitWriter): number {
  transform(values, 1, 8);
  transform(values, 8, 1);
  const steps = ZIGZAG.map((at) => Math.round((values[at] ?? 0) / (table[at] ?? 1)));
  const mean = steps[0] ?? 0;
  number(mean - before, 0, DC, out);
  let zeros = 0;
  for (const step of steps.slice(1, 1 + steps.findLastIndex((value, i) => i > 0 && value !== 0))) {
    if (step === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) out.code(0xf0, AC);
    number(step, zeros, AC, out);
    zeros = 0;
  }
  if (steps.at(-1) === 0) out.code(0, AC);
  return mean;
}

/** Cosine transform of the eight lines of a block. */
function transform(values: Float64Array, step: number, line: number): void {
  const found = new Float64Array(8);
  for (let start = 0; start < 8 * line; start += line) {
    for (let k = 0; k < 8; k++) {
      let sum = 0;
      for (let n = 0; n < 8; n++) sum += (values[start + n * step] ?? 0) * (COSINES[8 * k + n] ?? 0);
      found[k] = sum;
    }
    for (let k = 0; k < 8; k++) values[start + k * step] = found[k] ?? 0;
  }
}

/** The zeros before it and its bits in one code, then the bits. */
function number(value: number, zeros: number, table: HuffmanTable, out: BitWriter): void {
  const bits = 32 - Math.clz32(Math.abs(value));
  out.code(16 * zeros + bits, table);
  out.write(value < 0 ? value + 2 ** bits - 1 : value, bits);
}

const COSINES = Array.from({ length: 64 }, (_, i) => {
  const [k, n] = [i >> 3, i & 7];
  return (k === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
});

/** Places of a block from coarse to fine, one diagonal after the other. */
const ZIGZAG = Array.from({ length: 64 }, (_, i) => i).sort((a, b) => {
  const [diagonalA, diagonalB] = [(a >> 3) + (a & 7), (b >> 3) + (b & 7)];
  if (diagonalA !== diagonalB) return diagonalA - diagonalB;
  return diagonalA % 2 === 0 ? b - a : a - b;
});

/** Steps of brightness and colour that the eye does not miss at quality 50: those of the standard. */
const LIGHT = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const COLOUR = Array.from({ length: 64 }, (_, i) => [17, 18, 24, 47, 66][Math.max(i >> 3, i & 7)] ?? 99);

function scaled(table: readonly number[], quality: number): number[] {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map((step) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))));
}

const DC = huffmanTable(
  [0, 1, 5, 1, 1, 1, 1, 1, 1],
  Array.from({ length: 12 }, (_, bits) => bits),
);
/** Short runs of zeros and small numbers are frequent, as is the end of a block. */
const AC = huffmanTable(
  [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
  [0x01, 0x02, 0x00, ...numbers().filter((symbol) => symbol !== 0x01 && symbol !== 0x02)],
);

function numbers(): number[] {
  const all = Array.from({ length: 160 }, (_, i) => 16 * Math.floor(i / 10) + 1 + (i % 10));
  const rarity = (symbol: number) => (symbol >> 4) + 3 * (symbol & 15);
  return [...all, 0xf0].sort((a, b) => rarity(a) - rarity(b));
}
