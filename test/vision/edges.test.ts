import { describe, expect, it } from "vitest";
import { bandAlongOutline, deepInside } from "../../src/vision/filters/morphology.ts";
import { thin } from "../../src/vision/filters/thin.ts";
import { edgeMap } from "../../src/vision/shapes/edge-map.ts";
import { keepLarge } from "../../src/vision/shapes/keep-large.ts";
import { snapped } from "../../src/vision/shapes/snap.ts";
import { drawnGrey } from "./rasters.ts";

const marks = (...rows: string[]) => drawnGrey(...rows).data.map((value) => (value === 0 ? 0 : 255));

describe("edges", () => {
  it("are where brightness changes more than around", () => {
    const step = drawnGrey(...Array.from({ length: 9 }, () => "0000044444"));
    const { edges } = edgeMap(step, { sigma: 1, window: 7, bridging: 0 });
    expect([...edges.data.subarray(40, 50)]).toEqual([0, 0, 0, 0, 255, 255, 0, 0, 0, 0]);
  });

  it("lose a layer, but no line is parted", () => {
    const line = drawnGrey(".......", ".11111.", ".11111.", ".11111.", ".......", ".11111.", ".......");
    const thinned = thin(line);
    expect([...thinned.data.subarray(35, 42)].filter((value) => value !== 0).length).toBeGreaterThanOrEqual(4);
    expect(thinned.data.filter((value) => value !== 0).length).toBeLessThan(20);
  });

  it("of small groups are left out, whole groups at a time", () => {
    const groups = drawnGrey("111..1", "1.1...", "111..1", ".....1");
    expect(keepLarge(groups, 4).data).toEqual(marks("111...", "1.1...", "111...", "......"));
    expect(keepLarge(groups, 5).data.every((value) => value === 0)).toBe(true);
  });
});

describe("places about an outline", () => {
  const square = drawnGrey(".......", ".......", "..111..", "..111..", "..111..", ".......", ".......");

  it("are a band on both sides of it", () => {
    const { data } = bandAlongOutline(square, 3);
    expect([data[7 * 3 + 3], data[7 * 3 + 2], data[7 * 3 + 1], data[7 * 3]]).toEqual([0, 25, 25, 0]);
  });

  it("are deep inside when further from it than a distance, to which the edge of the picture does not count", () => {
    expect(deepInside(square, 1).data.indexOf(25)).toBe(7 * 3 + 3);
    expect(deepInside(square, 2).data.every((value) => value === 0)).toBe(true);
    expect([...deepInside(drawnGrey("111.", "111."), 1).data]).toEqual([25, 25, 0, 0, 25, 25, 0, 0]);
  });
});

describe("an outline", () => {
  it("goes to the strongest edge across it, and stays where there is none in reach", () => {
    const targets = drawnGrey("1111111111", "..........", "..........", "..........", "..........");
    const slopes = new Float64Array(50).fill(10);
    const outline = [[0, 2], [0, 4], [9, 4], [9, 2]] as const; // biome-ignore format: corners
    const moved = snapped(outline, { targets, slopes, reach: 3 });
    expect(moved).toContainEqual([5, 0]);
    expect(moved).toContainEqual([5, 4]);
    expect(snapped(outline, { targets, slopes, reach: 1 })).toHaveLength(22);
    expect(snapped(outline, { targets, slopes, reach: 1 })).toContainEqual([5, 2]);
  });
});
