import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { fillInk } from "../../../src/drawing/ink.ts";
import type { FontFile } from "../../../src/drawing/typeface/sfnt.ts";
import { openTypeface, type TextLine, type Typeface } from "../../../src/drawing/typeface/typeface.ts";
import { openFonts } from "../../../src/effects/fonts.ts";

const open = async (name: string, isMonospaced: boolean): Promise<Typeface> => {
  return openTypeface(await openFonts({}).files({ name, isMonospaced }));
};

describe("typeface", () => {
  it("gives each letter of a family of one width the same room", async () => {
    const face = await open("Geist Mono", true);
    expect(face.line("iii", 20).width).toBe(36);
    expect(face.line("WWW", 20).width).toBe(36);
    expect((await open("Geist", false)).line("iii", 20).width).toBeLessThan(24);
  });

  it("measures the letters that are there, from the lowest to the highest", async () => {
    const face = await open("Geist Mono", true);
    expect(face.line("car", 14)).toMatchObject({ top: 8, bottom: 0, capitals: 10 });
    expect(face.line("dog", 14)).toMatchObject({ top: 10, bottom: 2 });
    expect(face.line("", 14)).toMatchObject({ width: 0, top: 0, bottom: 0 });
  });

  it("fills letters, leaves their counters free and fades at their edges", async () => {
    const row = rowOf((await open("Geist", false)).line("O", 100), 35);
    expect(row.filter((value) => value === 255).length).toBeGreaterThan(15);
    expect(row.slice(35, 45)).toEqual(new Array(10).fill(0));
    expect(row.some((value) => value > 20 && value < 235)).toBe(true);
  });

  it.each([
    ["Cyrillic", "человек"],
    ["Greek", "αυτοκίνητο"],
    ["Arabic, from the right", "سيارة"],
    ["Hebrew", "שלום"],
    ["accents that are characters of their own", "e\u0301"],
    ["a face", "😀"],
  ])("writes %s", async (_, text) => {
    const face = await open("Geist Mono", true);
    expect(inkOf(face.line(text, 20))).toBeGreaterThan(0);
    const boxes = face.line("\u25a1".repeat([...new Intl.Segmenter().segment(text)].length), 20);
    expect(face.line(text, 20).ink).not.toEqual(boxes.ink);
  });

  it("writes a box for each character that no typeface has", async () => {
    const face = await open("Geist", false);
    const box = face.line("\u25a1", 20);
    expect(face.line("🚗", 20)).toEqual(box);
    expect(face.line("👩‍🚒", 20)).toEqual(box);
    expect(face.line("日本", 20).width).toBe(face.line("\u25a1\u25a1", 20).width);
  });

  it("joins Arabic letters", async () => {
    const face = await open("Geist", false);
    const apart = [..."سيارة"].reduce((sum, letter) => sum + face.line(letter, 40).width, 0);
    expect(face.line("سيارة", 40).width).toBeLessThan(0.8 * apart);
  });

  it("takes a file from the hands of the user, and says what is wrong with one that is none", async () => {
    const path = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSerif.ttf");
    const serif = await openTypeface([await fileAt(path)]);
    expect(serif.line("I", 40).width).toBeGreaterThan(0);
    const wrong = (text: string): FontFile => ({ name: "own.ttf", bytes: Buffer.from(text, "latin1") });
    await expect(openTypeface([wrong("wOF2....")])).rejects.toThrow('"own.ttf" is WOFF2, which is not read');
    await expect(openTypeface([wrong("hello")])).rejects.toThrow('"own.ttf" is no typeface');
    await expect(openTypeface([wrong("wOFF".padEnd(60, "\u0001"))])).rejects.toThrow('"own.ttf" is damaged');
    await expect(openTypeface([wrong("OTTO")])).rejects.toThrow('"own.ttf" has no letters with outlines');
  });
});

async function fileAt(name: string): Promise<FontFile> {
  const { readFile } = await import("node:fs/promises");
  return { name, bytes: await readFile(name) };
}

/** Coverage along a row above the baseline. */
function rowOf({ ink }: TextLine, above: number): number[] {
  const [width, height] = [80, 120];
  const canvas = { rgb: new Uint8Array(3 * width * height), width, height };
  fillInk(canvas, ink, { x: 0, y: 100 }, [255, 255, 255]);
  return Array.from({ length: width }, (_, x) => canvas.rgb[((100 - above) * width + x) * 3]!);
}

function inkOf({ ink }: TextLine): number {
  return ink.coverage.reduce((sum, value) => sum + value, 0);
}
