import { expect, test } from "vitest";
import { bitmapOf, centerOfMass, isInBitmap, pixelCount } from "../../src/kinds/bitmap.ts";
import { detection } from "../blocks/values.ts";

test("the mask of a detection as pixels has its area, its middle and its place", () => {
  const mask = { x: 14, y: 12, width: 2, height: 3, runs: Uint32Array.of(1, 5) };
  const bitmap = bitmapOf(detection([0, 0, 1, 1], { mask }))!;
  expect([pixelCount(bitmap), centerOfMass(bitmap)]).toEqual([5, [15.1, 13.7]]);
  expect([isInBitmap(bitmap, 14, 12), isInBitmap(bitmap, 15, 14), isInBitmap(bitmap, 16, 14)]).toEqual([
    false,
    true,
    false,
  ]);
  expect(bitmapOf(detection([0, 0, 1, 1]))).toBeNull();
});
