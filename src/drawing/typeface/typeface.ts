import type { Font } from "harfbuzzjs";
import { StepError } from "../../base/errors.ts";
import { type Ink, inkOf } from "../ink.ts";
import { flatten } from "./flatten.ts";
import { outlineMask } from "./outline-mask.ts";
import { type FontFile, sfntOf } from "./sfnt.ts";

/** Writes lines in one typeface, in others what it has no letters for. */
export interface Typeface {
  line(text: string, size: number): TextLine;
}

/** A line of text in pixels, whole as on a screen. */
export interface TextLine {
  width: number;
  /** Above the baseline, and below it. */
  top: number;
  bottom: number;
  /** Of the letters that stand on the baseline. */
  capitals: number;
  ink: Ink;
}

/** Opens typefaces, the first of which has a letter where several do. Throws STEP_FONT for a file that is none. */
export async function openTypeface(files: readonly FontFile[]): Promise<Typeface> {
  const letters = await import("harfbuzzjs");
  const faces = files.map((file) => openFace(letters, file));
  // One for all lines, as what it holds is freed by the collector alone.
  const shaper: Shaper = { buffer: new letters.Buffer(), shape: letters.shape };
  const kept = new Map<string, TextLine>();
  return {
    line: (text, asked) => {
      const size = Math.min(asked, LARGEST_SIZE);
      const key = `${size} ${text}`;
      const found = kept.get(key);
      if (found !== undefined) return found;
      const line = newLine(shaper, faces, text, size);
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
      if (line.ink.columns.length <= LARGEST_KEPT) kept.set(key, line);
      return line;
    },
  };
}

/** Of letters, whatever size data may ask for. */
const LARGEST_SIZE = 1024;
/** Labels say the same from frame to frame; 12 MiB for each typeface at the most. */
const [MOST_KEPT, LARGEST_KEPT] = [512, 1 << 13];

type Letters = typeof import("harfbuzzjs");

interface Shaper {
  buffer: InstanceType<Letters["Buffer"]>;
  shape: Letters["shape"];
}

interface Face {
  font: Font;
  /** Units of its coordinates in the height of a line. */
  units: number;
}

function openFace({ Blob, Face, Font }: Letters, file: FontFile): Face {
  const face = new Face(new Blob(sfntOf(file)));
  const font = new Font(face);
  if (face.collectUnicodes().length > 0 && isOutlined(font)) return { font, units: face.upem };
  throw new StepError("STEP_FONT", `"${file.name}" has no letters with outlines, as pictures of emoji have none`);
}

function isOutlined(font: Font): boolean {
  const tables = ["glyf", "CFF ", "CFF2"];
  return tables.some((table) => (font.face.referenceTable(table)?.length ?? 0) > 0);
}

function newLine(shaper: Shaper, faces: readonly Face[], text: string, size: number): TextLine {
  const segments: number[] = [];
  let pen = 0;
  for (const run of runsOf(faces, text)) pen = shapeRun(shaper, run, { size, pen, segments });
  const bounds = boundsOf(segments);
  const [left, above] = [Math.ceil(Math.max(0, -bounds.left)) + 1, Math.ceil(Math.max(0, -bounds.top)) + 1];
  const width = Math.min(MOST_PIXELS, left + Math.ceil(Math.max(0, bounds.right)) + 1);
  const height = Math.min(MOST_PIXELS, above + Math.ceil(Math.max(0, bounds.bottom)) + 1);
  const placed = segments.map((value, i) => value + (i % 2 === 0 ? left : above));
  return {
    width: Math.round(Math.max(pen, bounds.right)),
    top: Math.round(0 - bounds.top),
    bottom: Math.round(bounds.bottom),
    capitals: Math.round(capitalsOf(faces[0]!) * size),
    ink: inkOf(outlineMask(placed, { width, height }), { left, above }),
  };
}

/** Of a mask, whatever size data may ask for. */
const MOST_PIXELS = 8192;

interface Run extends Face {
  text: string;
}

/** Parts of a text, each of a face that has all its characters. */
function runsOf(faces: readonly Face[], text: string): Run[] {
  const runs: Run[] = [];
  for (const { segment } of CHARACTERS.segment(text)) {
    const found = faces.find((face) => hasAll(face, segment));
    const face = found ?? faces.find((face) => hasAll(face, MISSING)) ?? faces[0]!;
    const part = found === undefined ? MISSING : segment;
    const last = runs.at(-1);
    if (last?.font === face.font) last.text += part;
    else runs.push({ ...face, text: part });
  }
  return runs;
}

/** What is one character to a reader, such as a letter with its accent. */
const CHARACTERS = new Intl.Segmenter();
/** In place of a character that no face has. */
const MISSING = "\u25a1";
const UNSEEN = /\p{Cc}|\p{Default_Ignorable_Code_Point}/u;

function hasAll({ font }: Face, characters: string): boolean {
  return [...characters].every((one) => UNSEEN.test(one) || (font.nominalGlyph(one.codePointAt(0)!) ?? 0) > 0);
}

interface Pen {
  size: number;
  pen: number;
  segments: number[];
}

/** Adds the outlines of a run, and answers where the next begins. */
function shapeRun({ buffer, shape }: Shaper, { font, units, text }: Run, { size, pen, segments }: Pen): number {
  buffer.reset();
  buffer.addText(text.replaceAll(/\p{Cc}/gu, " "));
  buffer.guessSegmentProperties();
  shape(font, buffer);
  const scale = size / units;
  for (const { codepoint, xAdvance = 0, xOffset = 0, yOffset = 0 } of buffer.getGlyphInfosAndPositions()) {
    const at = pen;
    const place = (x: number, y: number) => [at + (x + xOffset) * scale, -(y + yOffset) * scale] as const;
    flatten(font.glyphToJson(codepoint), place, segments);
    pen += xAdvance * scale;
  }
  return pen;
}

function boundsOf(segments: readonly number[]) {
  const bounds = { left: 0, right: 0, top: 0, bottom: 0 };
  if (segments.length === 0) return bounds;
  bounds.top = Number.POSITIVE_INFINITY;
  bounds.bottom = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < segments.length; i += 2) {
    bounds.left = Math.min(bounds.left, segments[i]!);
    bounds.right = Math.max(bounds.right, segments[i]!);
    bounds.top = Math.min(bounds.top, segments[i + 1]!);
    bounds.bottom = Math.max(bounds.bottom, segments[i + 1]!);
  }
  return bounds;
}

/** Height of capitals as a share of a line's. */
function capitalsOf({ font, units }: Face): number {
  const glyph = font.nominalGlyph("H".codePointAt(0)!);
  const extents = glyph === undefined ? undefined : font.glyphExtents(glyph);
  return extents === undefined ? USUAL_CAPITALS : extents.yBearing / units;
}

const USUAL_CAPITALS = 0.7;
