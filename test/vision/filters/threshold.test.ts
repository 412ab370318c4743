import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adaptiveThreshold } from "../../../src/vision/filters/adaptive-threshold.ts";
import { otsuOf } from "../../../src/vision/filters/otsu.ts";
import { type ThresholdRule, threshold } from "../../../src/vision/filters/threshold.ts";
import { anyRaster, rasterOf, valueAt } from "../rasters.ts";

describe("a threshold", () => {
  it.each<[ThresholdRule, number[]]>([
    ["binary", [0, 0, 0, 200, 200]],
    ["binary_inv", [200, 200, 200, 0, 0]],
    ["trunc", [0, 99, 100, 100, 100]],
    ["tozero", [0, 0, 0, 101, 255]],
    ["tozero_inv", [0, 99, 100, 0, 0]],
  ])("by %s takes its own value as dark", (rule, expected) => {
    const row = rasterOf([0, 99, 100, 101, 255], 5, 1);
    expect([...threshold(row, rule, { at: 100, max: 200 }).data]).toEqual(expected);
  });

  it.each<[ThresholdRule, number, number[]]>([
    ["binary", -1, [255, 255]],
    ["binary", 300, [0, 0]],
    ["binary_inv", 300, [255, 255]],
    ["trunc", -1, [0, 0]],
    ["trunc", 300, [0, 255]],
    ["tozero", -1, [0, 255]],
    ["tozero_inv", -1, [0, 0]],
  ])("by %s at %i keeps to 0 to 255", (rule, at, expected) => {
    expect([...threshold(rasterOf([0, 255], 2, 1), rule, { at, max: 300 }).data]).toEqual(expected);
  });
});

describe("Otsu's value", () => {
  it("parts a picture as no other value does better", () => {
    fc.assert(
      fc.property(anyRaster(1), (raster) => {
        const values = [...raster.data];
        const spread = Array.from({ length: 256 }, (_, at) => between(values, at));
        expect(between(values, otsuOf(raster))).toBeCloseTo(Math.max(...spread), 6);
      }),
    );
  });

  it("is 0 for a picture of one value", () => {
    expect(otsuOf(rasterOf([90, 90, 90, 90], 2, 1))).toBe(0);
  });
});

/** Share of the one group times share of the other times the squared difference of their means. */
function between(values: readonly number[], at: number): number {
  const groups = [values.filter((value) => value <= at), values.filter((value) => value > at)];
  if (groups.some((group) => group.length === 0)) return 0;
  const [low = 0, high = 0] = groups.map((group) => group.reduce((sum, value) => sum + value, 0) / group.length);
  return groups.reduce((share, group) => (share * group.length) / values.length, 1) * (high - low) ** 2;
}

it("an adaptive threshold compares with the mean around, edge pixels repeated", () => {
  fc.assert(
    fc.property(anyRaster(1), (raster) => {
      const cut = adaptiveThreshold(raster, { around: "mean", size: 5, margin: 3, max: 90 });
      const expected = Array.from(raster.data, (value, at) => {
        const [x, y] = [at % raster.width, Math.floor(at / raster.width)];
        let sum = 0;
        for (let dy = -2; dy <= 2; dy++) {
          for (let dx = -2; dx <= 2; dx++) sum += valueAt(raster, [x + dx, y + dy, 0], "repeat");
        }
        return value - Math.round(sum / 25) > -3 ? 90 : 0;
      });
      expect([...cut.data]).toEqual(expected);
    }),
  );
});
