import fc from "fast-check";
import { expect, test } from "vitest";
import { areaOf, forEachSpan, type Mask, maskOf, moveMask, pixelsOf, wholeRuns } from "../../src/kinds/mask.ts";

const side = fc.integer({ min: 0, max: 7 });
const anyMask = fc
  .tuple(side, side, fc.integer({ min: -3, max: 5 }), fc.integer({ min: -3, max: 5 }))
  .chain(([width, height, x, y]) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((pixels) => ({ pixels: Uint8Array.from(pixels), window: { x, y, width, height } })),
  );

test("pixels come back from run lengths", () => {
  fc.assert(
    fc.property(anyMask, ({ pixels, window }) => {
      const mask = maskOf(pixels, window);
      expect(pixelsOf(mask)).toEqual(pixels);
      expect(areaOf(mask)).toBe(pixels.reduce((sum, pixel) => sum + pixel, 0));
      expect(mask.runs.reduce((sum, length) => sum + length, 0)).toBe(window.width * window.height);
    }),
  );
});

test("spans are the inside pixels, column by column, moved with the window", () => {
  fc.assert(
    fc.property(anyMask, fc.integer({ min: -4, max: 4 }), ({ pixels, window }, dx) => {
      const seen: string[] = [];
      forEachSpan(moveMask(maskOf(pixels, window), dx, 1), (x, top, bottom) => {
        for (let y = top; y < bottom; y++) seen.push(`${x},${y}`);
      });
      const expected = [...pixels.keys()].filter((i) => pixels[i] === 1).map((i) => place(i, window, dx));
      expect(seen.toSorted()).toEqual(expected.toSorted());
      expect(new Set(seen).size).toBe(seen.length);
    }),
  );
});

function place(i: number, { x, y, width }: Omit<Mask, "runs">, dx: number): string {
  return `${x + dx + (i % width)},${y + 1 + Math.floor(i / width)}`;
}

test("runs over the whole picture are those of the obvious canvas, cut at its edges", () => {
  fc.assert(
    fc.property(anyMask, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), ({ pixels, window }, w, h) => {
      const canvas = new Uint8Array(w * h);
      for (const [i, pixel] of pixels.entries()) {
        const [x, y] = [window.x + (i % window.width), window.y + Math.floor(i / window.width)];
        if (pixel === 1 && x >= 0 && y >= 0 && x < w && y < h) canvas[y * w + x] = 1;
      }
      const expected = maskOf(canvas, { x: 0, y: 0, width: w, height: h });
      const runs = wholeRuns(maskOf(pixels, window), w, h);
      expect(pixelsOf({ ...expected, runs })).toEqual(canvas);
      expect([...runs].slice(1).every((length) => length > 0)).toBe(true);
    }),
  );
});
