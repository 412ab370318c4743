import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskOf, pixelsOf } from "../../src/kinds/mask.ts";
import { readRle, writeRle } from "../../src/kinds/rle.ts";

describe("run lengths of COCO", () => {
  it("go down the columns, as a list or as text", () => {
    const mask = readRle({ size: [2, 3], counts: [1, 2, 3] })!;
    expect(mask).toMatchObject({ x: 0, y: 0, width: 2, height: 2 });
    expect(pixelsOf(mask)).toEqual(Uint8Array.from([0, 1, 1, 0]));
    expect(readRle({ size: [2, 3], counts: "123" })).toEqual(mask);
  });

  it("are written as the letters that others wrote", () => {
    const counts = [
      "0d0T30000000000000000000000000000000000000000000000000`f?",
      "fQ`01b36L3N2O1O1O1O1O1O100O100O10000O10000000000O11O",
      "RX81m_:",
    ];
    const [box, disc, pixel] = counts.map((text) => readRle({ size: [120, 160], counts: text })!);
    expect([box, disc, pixel].map((mask) => writeRle(mask!, { width: 160, height: 120 }).counts)).toEqual(counts);
    expect(box).toMatchObject({ x: 0, y: 0, width: 26, height: 20, runs: Uint32Array.of(0, 520) });
  });

  it("come back as they were written", () => {
    const pixels = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 96, maxLength: 96 });
    const place = fc.integer({ min: -5, max: 300 });
    fc.assert(
      fc.property(pixels, place, place, (bits, x, y) => {
        const picture = { width: 320, height: 320 };
        const written = writeRle(maskOf(Uint8Array.from(bits), { x, y, width: 12, height: 8 }), picture);
        expect(writeRle(readRle(written)!, picture)).toEqual(written);
      }),
    );
  });

  it("are refused where they do not fill their picture", () => {
    const faulty = [
      { size: [0, 3], counts: "1" },
      { size: [2, 3], counts: "~" },
      { size: [2, 3], counts: [1, 2] },
      { size: [2, 3], counts: [7, -1] },
      { size: [2 ** 20, 2 ** 20], counts: [2 ** 40] },
      "x",
      null,
    ];
    expect(faulty.map(readRle)).toEqual(faulty.map(() => null));
  });
});
