import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundHalfEven } from "../../src/base/round-half-even.ts";
import { bilateral } from "../../src/vision/filters/bilateral.ts";
import { boxMean } from "../../src/vision/filters/box-mean.ts";
import { gaussian } from "../../src/vision/filters/gaussian.ts";
import { median } from "../../src/vision/filters/median.ts";
import { newRaster, type Raster } from "../../src/vision/raster.ts";
import { anyRaster, rasterOf, valueAt } from "./rasters.ts";

const ODD = fc.integer({ min: 0, max: 6 }).map((half) => 2 * half + 1);

/** The square around each value, of each channel by itself. */
function around(raster: Raster, size: number, edge: "repeat" | "mirror"): number[][] {
  const { width, channels } = raster;
  return Array.from(raster.data, (_, at) => {
    const [x, y] = [Math.floor(at / channels) % width, Math.floor(at / channels / width)];
    const first = -Math.floor(size / 2);
    return Array.from({ length: size * size }, (__, i) => {
      const place = [x + first + (i % size), y + first + Math.floor(i / size), at % channels] as const;
      return valueAt(raster, place, edge);
    });
  });
}

describe("the mean of a square", () => {
  it.each(["repeat", "mirror"] as const)("is that of its values, also beyond the picture: %s", (edge) => {
    fc.assert(
      fc.property(anyRaster(3), fc.integer({ min: 1, max: 20 }), (raster, size) => {
        const means = around(raster, size, edge).map((values) => {
          return rounded(values.reduce((sum, value) => sum + value, 0) / values.length, size);
        });
        expect([...boxMean(raster, size, edge).data]).toEqual(means);
      }),
      { numRuns: 60 },
    );
  });
});

/** As OpenCV 4.12 was seen to round. */
function rounded(mean: number, size: number): number {
  if (size > 16) return roundHalfEven(mean);
  return [2, 4, 8, 16].includes(size) ? Math.floor(mean + 0.5 + 1 / size ** 2) : Math.round(mean);
}

describe("the median of a square", () => {
  it("is the middle one of its values, edge pixels repeated", () => {
    fc.assert(
      fc.property(anyRaster(3), ODD, (raster, size) => {
        const middles = around(raster, size, "repeat").map((values) => {
          return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
        });
        expect([...median(raster, size).data]).toEqual(middles);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a blur by a bell curve", () => {
  it("leaves a flat picture as it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), ODD, (value, size) => {
        const flat = newRaster({ width: 5, height: 4 }, 3);
        flat.data.fill(value);
        expect(gaussian(flat, size, "mirror")).toEqual(flat);
      }),
    );
  });

  it("spreads a spot evenly to all sides", () => {
    const spot = newRaster({ width: 9, height: 9 }, 1);
    spot.data[40] = 255;
    const blurred = gaussian(spot, 5, "mirror").data;
    const row = (weight: number) =>
      [0, 0, 1, 4, 6, 4, 1, 0, 0].map((other) => Math.round((255 * weight * other) / 256));
    expect([...blurred]).toEqual([0, 0, 1, 4, 6, 4, 1, 0, 0].flatMap(row));
  });
});

describe("a bilateral blur", () => {
  it("evens out small differences and keeps an edge", () => {
    const step = rasterOf([10, 14, 10, 14, 240, 244, 240, 244], 8, 1);
    const blurred = [...bilateral(step, { reach: 2, sigmaColor: 20, sigmaSpace: 75 }).data];
    for (const value of blurred.slice(0, 4)) expect(value).toBeOneOf([11, 12, 13]);
    for (const value of blurred.slice(4)) expect(value).toBeOneOf([241, 242, 243]);
  });
});
