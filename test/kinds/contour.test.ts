import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bitmap } from "../../src/kinds/bitmap.ts";
import { contoursOf, largestContour } from "../../src/kinds/contour.ts";
import type { Point } from "../../src/vision/shapes/contours.ts";

function bitmap(rows: readonly string[], x = 0, y = 0): Bitmap {
  const bits = Uint8Array.from(rows.join(""), (letter) => (letter === "#" ? 1 : 0));
  return { x, y, width: rows[0]?.length ?? 0, height: rows.length, bits };
}

const anyBitmap = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 2 }), { minLength: width * height, maxLength: width * height })
      .map((cells) => ({ x: 0, y: 0, width, height, bits: Uint8Array.from(cells, (cell) => (cell > 0 ? 1 : 0)) })),
  );

describe("the borders of a mask", () => {
  it("of a box are its corners, down the left side first, in pixels of the picture", () => {
    expect(contoursOf(bitmap(["####", "####", "####"], 10, 20))).toEqual([
      { points: [[10, 20], [10, 22], [13, 22], [13, 20]], isHole: false, isOutermost: true }, // biome-ignore format: a box
    ]);
  });

  it("go both ways along a line, and a pixel on its own is one point", () => {
    const points = contoursOf(bitmap(["###.#"])).map((contour) => contour.points);
    expect(points).toEqual([
      [
        [0, 0],
        [2, 0],
      ],
      [[4, 0]],
    ]);
  });

  it("go round holes, and what lies in a hole is not outermost", () => {
    const rows = ["#######", "#.....#", "#.###.#", "#.#.#.#", "#.###.#", "#.....#", "#######"];
    const found = contoursOf(bitmap(rows)).map(({ isHole, isOutermost }) => [isHole, isOutermost]);
    expect(found).toEqual([
      [false, true],
      [true, false],
      [false, false],
      [true, false],
    ]);
  });

  it("are, outermost, the inside pixels that touch what is around all of them", () => {
    fc.assert(
      fc.property(anyBitmap, (map) => {
        const outermost = contoursOf(map).filter((contour) => contour.isOutermost);
        expect(new Set(outermost.flatMap(({ points }) => walk(points)))).toEqual(pixelsBeside(map, around(map)));
        expect(outermost.length).toBe(outerGroups(map));
      }),
      { numRuns: 500 },
    );
  });

  it("are all together the inside pixels that touch anything outside", () => {
    fc.assert(
      fc.property(anyBitmap, (map) => {
        const walked = new Set(contoursOf(map).flatMap(({ points }) => walk(points)));
        const outside = new Set(
          cells(map)
            .filter(([x, y]) => !isInside(map, x, y))
            .map(String),
        );
        expect(walked).toEqual(pixelsBeside(map, outside));
      }),
      { numRuns: 500 },
    );
  });

  it("have a point only where they turn", () => {
    fc.assert(
      fc.property(anyBitmap, (map) => {
        for (const { points } of contoursOf(map)) {
          const directions = points.map((point, i) => String(direction(point, points[(i + 1) % points.length]!)));
          if (points.length < 3) continue;
          expect(directions.some((one, i) => one === directions[(i + 1) % directions.length])).toBe(false);
        }
      }),
    );
  });
});

describe("the polygon of a mask", () => {
  it("is the outermost border with the most points, the lowest one of several", () => {
    expect(largestContour(bitmap(["##..##", "##..##", "......", ".####."]))?.[0]).toEqual([4, 0]);
    expect(largestContour(bitmap(["#..#", "....", "#..."]))).toEqual([[0, 2]]);
    expect(largestContour(bitmap(["..", ".."]))).toBeNull();
  });
});

function isInside({ width, height, bits }: Bitmap, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < width && y < height && bits[y * width + x] === 1;
}

/** All pixels and a margin of one. */
function cells({ width, height }: Bitmap): Point[] {
  const columns = Array.from({ length: width + 2 }, (_, i) => i - 1);
  return Array.from({ length: height + 2 }, (_, i) => columns.map((x): Point => [x, i - 1])).flat();
}

const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1]] as const; // biome-ignore format: pairs
const CORNERS = [[1, 1], [1, -1], [-1, 1], [-1, -1]] as const; // biome-ignore format: pairs

function flood(from: Point, steps: readonly Point[], isOpen: (x: number, y: number) => boolean): Set<string> {
  const seen = new Set([String(from)]);
  for (const queue = [from]; queue.length > 0; ) {
    const [x, y] = queue.pop()!;
    for (const [dx, dy] of steps) {
      const next: Point = [x + dx, y + dy];
      if (seen.has(String(next)) || !isOpen(...next)) continue;
      seen.add(String(next));
      queue.push(next);
    }
  }
  return seen;
}

/** What is outside and reached from the margin without crossing the mask. */
function around(map: Bitmap): Set<string> {
  const known = new Set(cells(map).map(String));
  return flood([-1, -1], SIDES, (x, y) => known.has(String([x, y])) && !isInside(map, x, y));
}

function pixelsBeside(map: Bitmap, outside: ReadonlySet<string>): Set<string> {
  const isBeside = ([x, y]: Point) => SIDES.some(([dx, dy]) => outside.has(String([x + dx, y + dy])));
  return new Set(
    cells(map)
      .filter((cell) => isInside(map, ...cell) && isBeside(cell))
      .map(String),
  );
}

function outerGroups(map: Bitmap): number {
  const left = pixelsBeside(map, around(map));
  let groups = 0;
  for (; left.size > 0; groups++) {
    const [x = 0, y = 0] = [...left][0]!.split(",").map(Number);
    for (const pixel of flood([x, y], [...SIDES, ...CORNERS], (a, b) => isInside(map, a, b))) left.delete(pixel);
  }
  return groups;
}

function direction([xa, ya]: Point, [xb, yb]: Point): Point {
  const [dx, dy] = [xb - xa, yb - ya];
  expect(dx === 0 || dy === 0 || Math.abs(dx) === Math.abs(dy)).toBe(true);
  return [Math.sign(dx), Math.sign(dy)];
}

/** All pixels on the way round. */
function walk(points: readonly Point[]): string[] {
  return points.flatMap((from, i) => {
    const to = points[(i + 1) % points.length]!;
    const [dx, dy] = direction(from, to);
    const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
    return Array.from({ length: steps + 1 }, (_, step) => String([from[0] + dx * step, from[1] + dy * step]));
  });
}

it("of borders with equally many points the largest is the one around the greatest area", () => {
  expect(largestContour(bitmap(["###....", "###..##", "###..##"], 5))?.[0]).toEqual([5, 0]);
});
