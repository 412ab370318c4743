import fc from "fast-check";
import { expect, it } from "vitest";
import { areasOf, contains, isIn } from "../../../src/blocks/analytics/polygon.ts";
import { clipMask, pixelsOf } from "../../../src/kinds/mask.ts";
import { maskOfPolygon } from "../../../src/kinds/polygon-mask.ts";

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

it("holds the pixels that the outline of a zone is drawn with, and looks points up by their pixel", () => {
  const [zone] = areasOf(
    [
      [32, 32],
      [90, 30],
      [90, 90],
      [30, 90],
    ],
    "zone",
    false,
  );
  const inside = (x: number, y: number) => zone !== undefined && isIn(zone, [x, y]);
  // The left side passes x = 31.03 at y = 60.
  expect([inside(30.6, 60), inside(30.4, 60), inside(90.4, 60.5), inside(90.6, 60)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

/** Whether an edge passes the middle between this pixel and the next. */
function isTie(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  return polygon.some(([x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length] ?? [x1, y1];
    const isHalf = (value: number) => Math.abs(Math.abs(value) - 0.5) < 1e-9;
    return isHalf(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) - x) || isHalf(y1 + ((x - x1) / (x2 - x1)) * (y2 - y1) - y);
  });
}

it("agrees with the mask of a polygon", () => {
  const coordinate = fc.integer({ min: 0, max: 20 });
  const corners = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 5 });
  fc.assert(
    fc.property(corners, coordinate, coordinate, (polygon, x, y) => {
      const mask = maskOfPolygon(polygon, { width: 21, height: 21 });
      const isInMask = pixelsOf(clipMask(mask, { x, y, width: 1, height: 1 }))[0] === 1;
      const [area] = areasOf(polygon, "zone", false);
      // Between two pixels the line may be drawn on either.
      if (!isTie(polygon, x, y)) expect(area !== undefined && isIn(area, [x, y])).toBe(isInMask);
    }),
  );
});
