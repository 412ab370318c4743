import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf, type Mask, pixelsOf } from "../../src/kinds/mask.ts";
import { maskOfPolygon } from "../../src/kinds/polygon-mask.ts";

const PICTURE = { width: 60, height: 50 };

function isIn({ x, y, width, height, ...mask }: Mask, atX: number, atY: number): boolean {
  const [column, row] = [atX - x, atY - y];
  if (column < 0 || row < 0 || column >= width || row >= height) return false;
  return pixelsOf({ x, y, width, height, ...mask })[row * width + column] === 1;
}

describe("the mask of a polygon", () => {
  it("covers it with its outline", () => {
    const square = maskOfPolygon([[14, 12], [52, 12], [52, 40], [14, 40]], PICTURE); // biome-ignore format: a box
    expect(areaOf(square)).toBe(39 * 29);
    expect([isIn(square, 14, 12), isIn(square, 52, 40), isIn(square, 53, 40)]).toEqual([true, true, false]);
  });

  it("has holes where a polygon crosses itself", () => {
    const bow = maskOfPolygon([[0, 0], [10, 10], [10, 0], [0, 10]], PICTURE); // biome-ignore format: a bow
    expect([isIn(bow, 1, 5), isIn(bow, 5, 1), isIn(bow, 5, 5)]).toEqual([true, false, true]);
  });

  it("is cut at the edges of the picture, also when corners are very far away", () => {
    const far = maskOfPolygon([[-1e12, -1e12], [1e12, -1e12], [1e12, 1e12], [-1e12, 1e12]], PICTURE); // biome-ignore format: a box
    expect(areaOf(far)).toBe(PICTURE.width * PICTURE.height);
    expect(areaOf(maskOfPolygon([[100, 100], [110, 100], [105, 110]], PICTURE))).toBe(0); // biome-ignore format: a triangle
  });

  it("is the part of the same one in a larger picture", () => {
    const corner = fc.tuple(fc.integer({ min: -40, max: 90 }), fc.integer({ min: -40, max: 90 }));
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 6 }), (corners) => {
        const moved = corners.map(([x, y]) => [x + 40, y + 40] as const);
        const [cut, whole] = [maskOfPolygon(corners, PICTURE), maskOfPolygon(moved, { width: 140, height: 140 })];
        for (let i = 0; i < 50; i++) {
          const [x, y] = [(i * 7) % PICTURE.width, i];
          expect(isIn(cut, x, y)).toBe(isIn(whole, x + 40, y + 40));
        }
      }),
    );
  });
});
