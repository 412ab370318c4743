import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillHoles } from "../../../src/vision/filters/fill-holes.ts";
import type { Raster } from "../../../src/vision/raster.ts";
import { contoursOf } from "../../../src/vision/shapes/contours.ts";
import { anyRaster, drawnGrey } from "../rasters.ts";

const only = (raster: Raster<1>) => contoursOf(raster).map(({ points }) => points);

describe("contours", () => {
  it("go down the left side first and name the pixels where they turn", () => {
    expect(only(drawnGrey(".....", ".111.", ".111.", "....."))).toEqual([
      [
        [1, 1],
        [1, 2],
        [3, 2],
        [3, 1],
      ],
    ]);
  });

  it("go to and fro along a line, and are one point for one pixel", () => {
    expect(only(drawnGrey("1111", "....", "..1."))).toEqual([
      [
        [0, 0],
        [3, 0],
      ],
      [[2, 2]],
    ]);
  });

  it("join pixels that touch by corners", () => {
    expect(only(drawnGrey("1..", ".1.", "..1"))).toEqual([
      [
        [0, 0],
        [2, 2],
      ],
    ]);
  });

  it("tell holes, and what lies in them, from what lies outside", () => {
    const ring = drawnGrey("11111", "1...1", "1.1.1", "1...1", "11111");
    expect(contoursOf(ring).map(({ isHole, isOutermost }) => [isHole, isOutermost])).toEqual([
      [false, true],
      [true, false],
      [false, false],
    ]);
    expect(contoursOf(ring)[2]?.points).toEqual([[2, 2]]);
  });

  it("are of any value but 0, and reach the edges of the picture", () => {
    expect(only(drawnGrey("12", "91"))).toEqual([
      [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 0],
      ],
    ]);
    expect(only(drawnGrey("...", "..."))).toEqual([]);
  });

  it("are outermost once for each group that lies in no other", () => {
    fc.assert(
      fc.property(anyRaster(1, 12), (noise) => {
        const raster = { ...noise, data: noise.data.map((value) => (value > 140 ? value : 0)) };
        const outermost = contoursOf(raster).filter(({ isOutermost }) => isOutermost);
        const filled = fillHoles(raster);
        expect(contoursOf(filled)).toEqual(outermost);
        expect(outermost).toHaveLength(groupsOf(filled));
      }),
    );
  });
});

it("holes are filled, and bays are not", () => {
  const rows = ["111.", "1.1.", "111.", "..11", "1..1", "1111"];
  const filled = fillHoles(drawnGrey(...rows));
  const found = rows.map((row, y) => [...row].map((_, x) => (filled.data[4 * y + x] === 255 ? "1" : ".")).join(""));
  expect(found).toEqual(["111.", "111.", "111.", "..11", "1..1", "1111"]);
});

/** Groups of pixels that touch, also by corners. */
function groupsOf({ data, width, height }: Raster<1>): number {
  const left = new Set([...data.keys()].filter((at) => data[at] !== 0));
  let groups = 0;
  for (const first of left) {
    groups++;
    const open = [first];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (!left.delete(at)) continue;
      const [x, y] = [at % width, Math.floor(at / width)];
      for (let i = 0; i < 9; i++) {
        const [nx, ny] = [x + (i % 3) - 1, y + Math.floor(i / 3) - 1];
        if (nx >= 0 && ny >= 0 && nx < width && ny < height) open.push(ny * width + nx);
      }
    }
  }
  return groups;
}
