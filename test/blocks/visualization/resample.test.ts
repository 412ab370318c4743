import fc from "fast-check";
import { expect, it } from "vitest";
import { resample } from "../../../src/blocks/visualization/resample.ts";

it("takes the mean of an area when it shrinks", () => {
  const alpha = Uint8Array.from([0, 255, 255, 255, 0, 255, 0, 0]);
  expect([...resample({ alpha, width: 4, height: 2 }, 2, 1)]).toEqual([128, 128]);
});

it("keeps an even mask even and stays within its levels, at any size", () => {
  const size = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(size, size, size, size, fc.integer({ min: 0, max: 255 }), (width, height, toWidth, toHeight, level) => {
      const even = resample({ alpha: new Uint8Array(width * height).fill(level), width, height }, toWidth, toHeight);
      expect(even).toEqual(new Uint8Array(toWidth * toHeight).fill(level));
    }),
  );
});
