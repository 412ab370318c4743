import { describe, expect, it } from "vitest";
import { enhanceContrast, equalizeHistogram, stretchContrast } from "../../../src/vision/contrast/contrast.ts";
import { equalizeLocally } from "../../../src/vision/contrast/equalize-locally.ts";
import { newRaster } from "../../../src/vision/raster.ts";
import { rasterOf } from "../rasters.ts";

const PLAIN = { clip: 0, multiplier: 1, brighten: false };

describe("contrast", () => {
  it("of each channel is stretched by itself, and one of a single value stays", () => {
    const raster = rasterOf([10, 7, 0, 20, 7, 255, 30, 7, 255], 3, 3);
    expect([...enhanceContrast(raster, PLAIN).data]).toEqual([0, 7, 0, 127, 7, 255, 255, 7, 255]);
  });

  it("goes away from the middle by a multiplier", () => {
    const raster = rasterOf([0, 100, 255], 3, 1);
    expect([...enhanceContrast(raster, { ...PLAIN, multiplier: 0.5 }).data]).toEqual([64, 114, 191]);
  });

  it("clips so many at both ends that the same quantile leaves all as it is", () => {
    const raster = rasterOf([0, 100, 255], 3, 1);
    expect([...enhanceContrast(raster, { ...PLAIN, clip: 0.5 }).data]).toEqual([0, 100, 255]);
  });

  it("is stretched for all channels alike", () => {
    expect([...stretchContrast(rasterOf([50, 50, 100, 100, 100, 50], 2, 3)).data]).toEqual([0, 0, 255, 255, 255, 0]);
  });
});

describe("equalisation", () => {
  it("spreads values by how many lie up to them", () => {
    const [a, b, c] = equalizeHistogram(rasterOf([100, 101, 255], 3, 1)).data;
    expect([c, b! > 100, a! < b!]).toEqual([255, true, true]);
  });

  it("by surroundings raises what is faint in a dark part, and keeps hues", () => {
    const raster = newRaster({ width: 64, height: 64 }, 3);
    for (let i = 0; i < 64 * 64; i++) {
      const value = i % 64 < 32 ? 20 + (i % 2) * 10 : 200 + (i % 2) * 10;
      raster.data.set([value, value >> 1, 0], 3 * i);
    }
    const { data } = equalizeLocally(raster);
    const at = 3 * (32 * 64 + 16);
    expect(Math.abs(data[at]! - data[at + 3]!)).toBeGreaterThan(15);
    expect(data[at + 2]).toBe(0);
    expect(Math.abs(data[at + 1]! - data[at]! / 2)).toBeLessThanOrEqual(1);
  });
});
