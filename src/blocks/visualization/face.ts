import { inflateRawSync } from "node:zlib";
import { GLYPH_HEIGHT, GLYPH_RANGES, GLYPH_WIDTH, PACKED_GLYPHS } from "./glyphs.ts";
import { resample } from "./resample.ts";

/** The glyphs at one size and weight. */
export interface Face {
  /** Pixels of a glyph's mask, and from one glyph to the next. */
  width: number;
  height: number;
  advance: number;
  masks: Map<number, Uint8Array>;
}

const faces = new Map<string, Face>();

/** The face of capitals about 20 pixels high at scale 1, made bolder by each step of thickness above 1; kept for the next call. */
export function faceOf(scale: number, thickness: number): Face {
  const height = Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, Math.round(GLYPH_HEIGHT * scale)));
  const key = `${height}:${thickness}`;
  const made = faces.get(key) ?? makeFace(height, thickness);
  // Scales may come from data, without end.
  if (faces.size >= MAX_FACES) faces.clear();
  faces.set(key, made);
  return made;
}

/** Coverage 0..255 of a character; one that the face lacks shows as a question mark. */
export function glyphMask(face: Face, code: number): Uint8Array {
  return face.masks.get(code) ?? face.masks.get(0x3f)!;
}

const [MIN_HEIGHT, MAX_HEIGHT, MAX_FACES] = [7, 400, 16];

function makeFace(height: number, thickness: number): Face {
  const advance = Math.max(3, Math.round((GLYPH_WIDTH * height) / GLYPH_HEIGHT));
  const extra = ((Math.max(1, thickness) - 1) * height) / GLYPH_HEIGHT;
  const width = advance + Math.ceil(extra);
  const masks = new Map<number, Uint8Array>();
  for (const [code, mask] of glyphs()) {
    const resized = resample({ alpha: mask, width: GLYPH_WIDTH, height: GLYPH_HEIGHT }, advance, height);
    masks.set(code, extra > 0 ? bold(resized, advance, extra) : resized);
  }
  return { width, height, advance: width, masks };
}

/** Widens every stroke to the right by `extra` pixels, and each row of the mask by as many whole ones. */
function bold(mask: Uint8Array, width: number, extra: number): Uint8Array {
  const whole = Math.ceil(extra);
  const wide = width + whole;
  const widened = new Uint8Array((mask.length / width) * wide);
  for (let at = 0; at < mask.length; at++) {
    const to = Math.floor(at / width) * wide + (at % width);
    for (let shift = 0; shift <= whole; shift++) {
      const share = Math.min(1, extra - shift + 1);
      widened[to + shift] = Math.max(widened[to + shift]!, mask[at]! * share);
    }
  }
  return widened;
}

function* glyphs(): Generator<[code: number, mask: Uint8Array]> {
  const packed = inflateRawSync(Buffer.from(PACKED_GLYPHS, "base64"));
  const all = new Uint8Array(packed.length * 2);
  packed.forEach((pair, i) => {
    all[2 * i] = (pair >> 4) * 17;
    all[2 * i + 1] = (pair & 15) * 17;
  });
  const size = GLYPH_WIDTH * GLYPH_HEIGHT;
  let at = 0;
  for (const [first, last] of GLYPH_RANGES) {
    for (let code = first; code <= last; code++, at += size) yield [code, all.subarray(at, at + size)];
  }
}
