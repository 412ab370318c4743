import "../helpers/property-seed.ts";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Point } from "../../src/geometry/polygon.ts";
import { selfCrossing } from "../../src/geometry/self-crossing.ts";

it("an outline whose corners go round a middle does not meet itself, whichever corner it begins with", () => {
  const turns = fc.uniqueArray(fc.integer({ min: 0, max: 359 }), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(turns, fc.nat(), fc.integer({ min: 1, max: 40 }), (degrees, shift, reach) => {
      const sorted = [...degrees].sort((a, b) => a - b);
      // A middle within the outline.
      fc.pre(sorted.every((turn, i) => (sorted[i + 1] ?? (sorted[0] ?? 0) + 360) - turn < 180));
      const corners = sorted.map((turn, i): Point => {
        const radius = 10 + ((i * reach) % 7);
        return [50 + radius * Math.cos((turn * Math.PI) / 180), 50 + radius * Math.sin((turn * Math.PI) / 180)];
      });
      const start = shift % corners.length;
      expect(selfCrossing([...corners.slice(start), ...corners.slice(0, start)])).toBeNull();
    }),
  );
});

it("two corners in the wrong order make edges cross", () => {
  const bow: Point[] = [[0, 0], [10, 10], [10, 0], [0, 10]]; // biome-ignore format: corners
  expect(selfCrossing(bow)).toEqual([0, 2]);
});

it("a corner on another edge, or twice at one place, counts as meeting", () => {
  expect(selfCrossing([[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]])).toEqual([0, 2]); // biome-ignore format: corners
  expect(selfCrossing([[0, 0], [4, 0], [4, 4], [8, 0], [8, 8], [4, 4], [0, 8]])).toEqual([1, 4]); // biome-ignore format: corners
  expect(selfCrossing([[0, 0], [5, 0], [9, 9]])).toBeNull(); // biome-ignore format: corners
});
