import fc from "fast-check";
import { expect, test } from "vitest";
import { largestChange, noiseBetween } from "../../../src/vision/measures/luminance-change.ts";

const [WIDTH, HEIGHT] = [160, 90];
const picture = (level: (x: number, y: number) => number) =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => level(i % WIDTH, Math.floor(i / WIDTH)));
const grey = picture(() => 100);

test("one pixel that differs is the largest change, wherever it is and in either direction", () => {
  const at = fc.integer({ min: 0, max: WIDTH * HEIGHT - 1 });
  fc.assert(
    fc.property(at, fc.integer({ min: 0, max: 255 }), (i, level) => {
      const changed = grey.slice();
      changed[i] = level;
      expect(largestChange(changed, grey)).toBe(Math.abs(level - 100));
      expect(largestChange(grey, changed)).toBe(Math.abs(level - 100));
    }),
  );
});

test("noise is the mean difference of pixels, and what moves in less than half of the picture is none", () => {
  const flicker = (x: number, y: number) => 100 + (((x * 7 + y * 13) % 3) - 1) * 3;
  expect(noiseBetween(picture(flicker), grey, WIDTH)).toBeCloseTo(2, 0);
  const moving = picture((x) => (x < WIDTH * 0.4 ? 200 : 100));
  expect(noiseBetween(moving, grey, WIDTH)).toBe(0);
  expect(noiseBetween(grey, grey, WIDTH)).toBe(0);
});
