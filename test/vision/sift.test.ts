import { describe, expect, it } from "vitest";
import { matchFeatures } from "../../src/vision/features/match-features.ts";
import { sift } from "../../src/vision/features/sift/sift.ts";
import { descriptorsOf } from "../../src/vision/features/stitch.ts";
import { newRaster, type Raster } from "../../src/vision/raster.ts";
import { resize } from "../../src/vision/warps/resize.ts";
import { rotate } from "../../src/vision/warps/warp.ts";
import { asPart } from "./rasters.ts";
import { textured } from "./textured.ts";

const PICTURE = textured({ width: 120, height: 90 });

function disc(): Raster<1> {
  const raster = newRaster({ width: 80, height: 60 }, 1);
  for (let i = 0; i < raster.data.length; i++) {
    const away = Math.hypot((i % 80) - 30, Math.floor(i / 80) - 25);
    raster.data[i] = 40 + 180 * Math.min(1, Math.max(0, 8 - away));
  }
  return raster;
}

describe("features", () => {
  it("are where something stands out, and as large as it", () => {
    const [feature] = sift(disc()).sort((a, b) => b.response - a.response);
    expect(Math.hypot(feature!.x - 30, feature!.y - 25)).toBeLessThan(0.5);
    expect(feature!.size).toBeGreaterThan(8);
    expect(feature!.size).toBeLessThan(20);
  });

  it("are none of a flat picture, and of one too small for any", () => {
    expect(sift(newRaster({ width: 50, height: 40 }, 1))).toEqual([]);
    for (const side of [1, 2, 5]) expect(sift(newRaster({ width: side, height: side }, 1))).toEqual([]);
  });

  it("come from the left, with 128 numbers that tell them apart", () => {
    const features = sift(PICTURE);
    expect(features.length).toBeGreaterThan(30);
    expect(features.map(({ x }) => x)).toEqual(features.map(({ x }) => x).sort((a, b) => a - b));
    expect(features.every(({ descriptor }) => descriptor.length === 128)).toBe(true);
    expect(features.every(({ angle }) => angle >= 0 && angle < 360)).toBe(true);
    expect(matchFeatures(descriptorsOf(features), descriptorsOf(features), 0.7)).toHaveLength(features.length);
  });

  it("are found again when the picture is turned, smaller or darker", () => {
    const before = sift(PICTURE);
    const darker = { ...PICTURE, data: PICTURE.data.map((value) => value * 0.7) };
    const others = {
      turned: rotate(PICTURE, 30),
      smaller: resize(PICTURE, { width: 90, height: 68 }),
      darker,
    };
    for (const [name, other] of Object.entries(others)) {
      const pairs = matchFeatures(descriptorsOf(before), descriptorsOf(sift(other)), 0.7);
      expect(pairs.length, name).toBeGreaterThan(before.length / 4);
    }
  });

  it("turn and move with the picture", () => {
    const [before, after] = [sift(PICTURE), sift(rotate(PICTURE, 90))];
    const pairs = matchFeatures(descriptorsOf(before), descriptorsOf(after), 0.6);
    const right = pairs.filter(({ first, second }) => {
      const [a, b] = [before[first]!, after[second]!];
      return (
        Math.hypot(b.x - a.y, b.y - (120 - a.x)) < 2 && Math.cos(((b.angle + 90 - a.angle) * Math.PI) / 180) > 0.95
      );
    });
    expect(right.length).toBeGreaterThan(0.9 * pairs.length);
    expect(pairs.length).toBeGreaterThan(before.length / 2);
  });

  it("are the same in a part of a larger picture, which stays as it is", () => {
    const part = asPart(PICTURE);
    const before = part.data.slice();
    expect(sift(part)).toEqual(sift(PICTURE));
    expect(part.data).toEqual(before);
  });
});

describe("features that match", () => {
  const rows = (...values: number[][]) => {
    return { values: Float32Array.from(values.flat()), count: values.length, length: values[0]?.length ?? 0 };
  };

  it("are much nearer to one than to the next", () => {
    const second = rows([0, 0], [10, 0], [10.5, 0]);
    expect(matchFeatures(rows([1, 0], [10.2, 0]), second, 0.7)).toEqual([
      { first: 0, second: 0 },
      { first: 1, second: 1 },
    ]);
    expect(matchFeatures(rows([1, 0], [10.2, 0]), second, 0.5)).toEqual([{ first: 0, second: 0 }]);
  });

  it("are none where a side has fewer than two", () => {
    expect(matchFeatures(rows([1, 2]), rows([1, 2], [3, 4]), 0.9)).toEqual([]);
    expect(matchFeatures(rows(), rows(), 0.9)).toEqual([]);
  });
});
