import { describe, expect, it } from "vitest";
import { dominantColor } from "../../../src/vision/measures/dominant-color.ts";
import { rasterOf } from "../rasters.ts";

const SEARCH = { groups: 3, rounds: 100, side: 100 };

describe("the dominant colour", () => {
  const few = Array.from({ length: 10 }, () => [200, 10, 10]);
  const some = Array.from({ length: 20 }, (_, i) => [10, 180 + (i % 2) * 10, 20]);
  const most = Array.from({ length: 30 }, (_, i) => [20, 20, 240 + (i % 3)]);
  const raster = rasterOf([...few, ...most, ...some].flat(), 10, 3);

  it("is the mean of the largest group, the same each time", () => {
    expect(dominantColor(raster, SEARCH)).toEqual([20, 20, 241]);
    expect(dominantColor(raster, SEARCH)).toEqual(dominantColor(raster, SEARCH));
  });

  it("of one group is the mean of all", () => {
    expect(dominantColor(raster, { ...SEARCH, groups: 1 })).toEqual([47, 73, 129]);
  });

  it("is found with more groups than there are colours", () => {
    expect(dominantColor(rasterOf([1, 2, 3, 1, 2, 3], 2, 3), { ...SEARCH, groups: 9 })).toEqual([1, 2, 3]);
  });
});
