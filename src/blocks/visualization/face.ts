import { inflateRawSync } from "node:zlib";
import { GLYPH_HEIGHT, GLYPH_RANGES, GLYPH_WIDTH, PACKED_GLYPHS } from "./glyphs.ts";
import { resample } from "./resample.ts";

/** The glyphs at one size and weight. */
export interface Face {
  /** Pixels of a glyph's mask; the width is also that from one glyph to the next. */
  width: number;
  height: number;
  /** Width of the glyphs before they are made bold, and the pixels by which their strokes grow then. */
  regularWidth: number;
  boldness: number;
  /** Masks made so far by code point. */
  masks: Map<number, Uint8Array>;
}

const faces = new Map<string, Face>();

/** The face of capitals about 20 pixels high at scale 1, made bolder by each step of thickness above 1; kept for the next call. */
export function faceOf(scale: number, thickness: number): Face {
  const height = Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, Math.round(GLYPH_HEIGHT * scale)));
  const key = `${height}:${thickness}`;
  const face = faces.get(key) ?? makeFace(height, thickness);
  // Scales may come from data, without end.
  if (faces.size >= MAX_FACES) faces.clear();
  faces.set(key, face);
  return face;
}

/** Coverage 0..255 of a character; one that the font lacks shows as a question mark. */
export function glyphMask(face: Face, code: number): Uint8Array {
  const known = glyphs().has(code) ? code : QUESTION_MARK;
  const made = face.masks.get(known) ?? makeMask(face, glyphs().get(known)!);
  face.masks.set(known, made);
  return made;
}

const [MIN_HEIGHT, MAX_HEIGHT, MAX_FACES] = [7, 400, 16];
const QUESTION_MARK = 0x3f;

function makeFace(height: number, thickness: number): Face {
  const regularWidth = Math.max(3, Math.round((GLYPH_WIDTH * height) / GLYPH_HEIGHT));
  const boldness = ((Math.max(1, thickness) - 1) * height) / GLYPH_HEIGHT;
  return { width: regularWidth + Math.ceil(boldness), height, regularWidth, boldness, masks: new Map() };
}

function makeMask({ height, regularWidth, boldness }: Face, alpha: Uint8Array): Uint8Array {
  const mask = resample({ alpha, width: GLYPH_WIDTH, height: GLYPH_HEIGHT }, regularWidth, height);
  return boldness > 0 ? bold(mask, regularWidth, boldness) : mask;
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

let unpacked: ReadonlyMap<number, Uint8Array> | undefined;

/** Coverage 0..255 of each glyph by its code point. */
function glyphs(): ReadonlyMap<number, Uint8Array> {
  unpacked ??= unpack();
  return unpacked;
}

function unpack(): Map<number, Uint8Array> {
  const packed = inflateRawSync(Buffer.from(PACKED_GLYPHS, "base64"));
  const alpha = new Uint8Array(packed.length * 2);
  packed.forEach((pair, i) => {
    alpha[2 * i] = (pair >> 4) * 17;
    alpha[2 * i + 1] = (pair & 15) * 17;
  });
  const size = GLYPH_WIDTH * GLYPH_HEIGHT;
  const codes = GLYPH_RANGES.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  return new Map(codes.map((code, i) => [code, alpha.subarray(i * size, (i + 1) * size)]));
}
