import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dilate, erode, excess, openByEllipse } from "../../../src/vision/filters/morphology.ts";
import type { Raster } from "../../../src/vision/raster.ts";
import { anyRaster, drawnGrey } from "../rasters.ts";

/** The brightest or darkest of a square, one pixel at a time; what lies outside does not count. */
function plainly({ data, width, height, channels }: Raster, size: number, pick: (...values: number[]) => number) {
  return Array.from(data, (_, i) => {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const inside: number[] = [];
    for (let row = y - (size >> 1); row < y - (size >> 1) + size; row++) {
      for (let column = x - (size >> 1); column < x - (size >> 1) + size; column++) {
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        inside.push(data[(row * width + column) * channels + channel]!);
      }
    }
    return inside.length === 0 ? null : pick(...inside);
  });
}

describe("dilation and erosion", () => {
  it("take the brightest and the darkest of the square around each pixel", () => {
    fc.assert(
      fc.property(anyRaster(3), fc.integer({ min: 1, max: 6 }), (raster, size) => {
        const bright = plainly(raster, size, Math.max);
        const dark = plainly(raster, size, Math.min);
        expect([...dilate(raster, size).data]).toEqual(bright.map((value) => value ?? 0));
        expect([...erode(raster, size).data]).toEqual(dark.map((value) => value ?? 255));
      }),
    );
  });

  it("reach one pixel further up and left with an even square", () => {
    expect(dilate(drawnGrey("....", ".4..", "....", "...."), 2)).toEqual(drawnGrey("....", ".44.", ".44.", "...."));
  });
});

describe("opening by an ellipse", () => {
  it("takes out what holds no cross, and keeps what does", () => {
    const before = drawnGrey(".......", ".11....", ".11..1.", "....111", ".....1.", ".......");
    expect(openByEllipse(before, 3)).toEqual(
      drawnGrey(".......", ".......", ".....1.", "....111", ".....1.", "......."),
    );
  });
});

describe("excess", () => {
  it("is 0 where the other picture is brighter", () => {
    expect([...excess(drawnGrey("93"), drawnGrey("19")).data]).toEqual([200, 0]);
  });
});
