import { describe, expect, it } from "vitest";
import { convexHull } from "../../src/geometry/convex-hull.ts";
import { homography, inverted, mapped, type Quadrangle } from "../../src/geometry/homography.ts";
import { centroid, type Point, perimeter, polygonArea } from "../../src/geometry/polygon.ts";
import { smallestRectangle } from "../../src/geometry/rotated-rectangle.ts";
import { sharedArea } from "../../src/geometry/shared-area.ts";
import { simplified } from "../../src/geometry/simplify.ts";

const square: Quadrangle = [
  [0, 0],
  [0, 10],
  [10, 10],
  [10, 0],
];

describe("a polygon", () => {
  it("has an area, a perimeter and a middle, whichever way it turns", () => {
    for (const polygon of [square, [...square].reverse()]) {
      expect([polygonArea(polygon), perimeter(polygon), centroid(polygon)]).toEqual([100, 40, [5, 5]]);
    }
    expect(centroid([[3, 4]])).toBeNull();
  });
});

describe("the convex hull", () => {
  it("goes round as the points do and begins with the one that comes first", () => {
    const dented: Point[] = [[0, 0], [0, 5], [0, 10], [5, 4], [10, 10], [10, 0]]; // biome-ignore format: corners
    expect(convexHull(dented)).toEqual([[0, 0], [0, 10], [10, 10], [10, 0]]); // biome-ignore format: corners
    expect(convexHull([...dented].reverse())[1]).toEqual([10, 10]);
  });

  it("of points on a line is its ends, of one point itself", () => {
    expect(convexHull([[1, 1], [2, 2], [3, 3]])).toHaveLength(2); // biome-ignore format: points
    expect(convexHull([[1, 1], [1, 1]])).toEqual([[1, 1]]); // biome-ignore format: points
  });
});

describe("the smallest rectangle", () => {
  it("lies on a side of the hull; its angle is above 0 and up to 90", () => {
    expect(smallestRectangle(square)).toMatchObject({ center: [5, 5], width: 10, height: 10, angle: 90 });
    const diamond: Point[] = [[40, 10], [70, 40], [40, 70], [10, 40]]; // biome-ignore format: corners
    const found = smallestRectangle(diamond);
    expect(found?.angle).toBeCloseTo(45, 9);
    expect(found?.width).toBeCloseTo(Math.hypot(30, 30), 9);
  });

  it("of a wide object has its height along the angle of 90", () => {
    const wide: Point[] = [[0, 0], [0, 10], [40, 10], [40, 0]]; // biome-ignore format: corners
    expect(smallestRectangle(wide)).toMatchObject({ width: 10, height: 40, corners: [[0, 0], [40, 0], [40, 10], [0, 10]] }); // biome-ignore format: corners
  });

  it("of a line has no height, and there is none of no points", () => {
    expect(smallestRectangle([[0, 0], [3, 4]])?.height).toBeCloseTo(0, 9); // biome-ignore format: points
    expect(smallestRectangle([])).toBeNull();
  });
});

describe("simplifying", () => {
  it("keeps the corners from which the others lie near", () => {
    const rough: Point[] = [[0, 0], [0, 5], [1, 10], [5, 10], [10, 9], [10, 4], [9, 0], [4, 1]]; // biome-ignore format: corners
    expect(simplified(rough, 2)).toHaveLength(4);
    expect(simplified(rough, 0.1)).toHaveLength(8);
    expect(simplified(rough, 100)).toHaveLength(1);
    expect(simplified([], 1)).toEqual([]);
  });
});

describe("the area that two polygons share", () => {
  it("is exact for shapes with dents", () => {
    const arrow: Point[] = [[0, 0], [10, 0], [10, 10], [5, 5], [0, 10]]; // biome-ignore format: corners
    expect(sharedArea(arrow, arrow)).toBeCloseTo(75, 6);
    expect(sharedArea(arrow, [[0, 5], [10, 5], [10, 10], [0, 10]])).toBeCloseTo(25, 6); // biome-ignore format: corners
    expect(sharedArea(arrow, [[20, 20], [30, 20], [30, 30]])).toBe(0); // biome-ignore format: corners
  });
});

describe("a homography", () => {
  const plane: Quadrangle = [[10, 110], [40, 20], [120, 20], [150, 110]]; // biome-ignore format: corners
  const straight: Quadrangle = [[0, 79], [0, 0], [99, 0], [99, 79]]; // biome-ignore format: corners

  it("takes corners to corners, and its inverse takes them back", () => {
    const map = homography(plane, straight);
    const back = map === null ? null : inverted(map);
    for (const [i, corner] of plane.entries()) {
      const [x, y] = mapped(corner, map!);
      expect([x, y].map((value) => Math.round(value * 1e4) / 1e4 + 0)).toEqual(straight[i]);
      expect(mapped(straight[i]!, back!).map(Math.round)).toEqual(corner);
    }
  });

  it("does not exist where three corners lie on a line", () => {
    expect(homography([[0, 0], [5, 0], [10, 0], [0, 10]], straight)).toBeNull(); // biome-ignore format: corners
  });
});
