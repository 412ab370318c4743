import fc from "fast-check";
import { expect, it } from "vitest";
import { contains } from "../../../src/blocks/analytics/polygon.ts";

it("is outside in the notch of a polygon that is not convex", () => {
  const letterU = [
    [0, 0],
    [10, 0],
    [10, 30],
    [20, 30],
    [20, 0],
    [30, 0],
    [30, 40],
    [0, 40],
  ] as const;
  expect(contains(letterU, [15, 10])).toBe(false);
  expect(contains(letterU, [5, 10])).toBe(true);
  expect(contains(letterU, [15, 35])).toBe(true);
});

it("agrees with the bounds of an upright rectangle, outline included", () => {
  const number = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(number, number, (x, y) => {
      const inside = x >= 3 && x <= 9 && y >= 2 && y <= 7;
      expect(
        contains(
          [
            [3, 2],
            [9, 2],
            [9, 7],
            [3, 7],
          ],
          [x, y],
        ),
      ).toBe(inside);
    }),
  );
});
