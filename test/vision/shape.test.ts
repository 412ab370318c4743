import { describe, expect, it } from "vitest";
import { flip } from "../../src/vision/warps/flip.ts";
import { resize } from "../../src/vision/warps/resize.ts";
import { rotate } from "../../src/vision/warps/warp.ts";
import { drawnGrey, rasterOf } from "./rasters.ts";

describe("resize", () => {
  it("makes each smaller pixel the mean of exactly the area it covers", () => {
    const wide = rasterOf([10, 20, 60], 3, 1);
    expect([...resize(wide, { width: 2, height: 1 }).data]).toEqual([13, 47]);
    expect([...resize(rasterOf([0, 100, 50, 250], 2, 1), { width: 1, height: 1 }).data]).toEqual([100]);
  });

  it("repeats pixels when it grows by a whole number", () => {
    expect([...resize(rasterOf([7, 90], 2, 1), { width: 4, height: 1 }).data]).toEqual([7, 7, 90, 90]);
  });

  it("keeps old pixels flat and blends between them when it grows by a fraction", () => {
    expect([...resize(rasterOf([0, 100], 2, 1), { width: 3, height: 1 }).data]).toEqual([0, 50, 100]);
  });

  it("keeps channels apart", () => {
    expect([...resize(rasterOf([0, 50, 200, 100, 50, 0], 2, 3), { width: 1, height: 1 }).data]).toEqual([50, 50, 100]);
  });
});

describe("rotate", () => {
  it("turns against the clock about the middle pixel, so that an even side moves by one", () => {
    const turned = rotate(drawnGrey("12", "34", "56", "78"), 90);
    expect(turned).toEqual(drawnGrey("....", "2468"));
  });

  it("changes nothing by a whole turn", () => {
    const raster = drawnGrey("1234", "5678");
    for (const degrees of [0, 360, -360]) expect(rotate(raster, degrees)).toEqual(raster);
  });

  it("grows to hold the corners, with black beside them", () => {
    const turned = rotate(drawnGrey("999", "999", "999"), 45);
    expect([turned.width, turned.height]).toEqual([4, 4]);
    expect(turned.data[0]).toBe(0);
  });
});

describe("flip", () => {
  it("mirrors rows, columns or both", () => {
    const raster = drawnGrey("12", "34");
    expect(flip(raster, { vertical: true, horizontal: false })).toEqual(drawnGrey("34", "12"));
    expect(flip(raster, { vertical: false, horizontal: true })).toEqual(drawnGrey("21", "43"));
    expect(flip(raster, { vertical: true, horizontal: true })).toEqual(drawnGrey("43", "21"));
  });
});
