import { describe, expect, it } from "vitest";
import {
  type Correspondence,
  findHomography,
  inverse,
  product,
  project,
} from "../../../src/vision/features/homography.ts";
import { stitch } from "../../../src/vision/features/stitch.ts";
import { rgbOf } from "../../../src/vision/grey.ts";
import { newRaster, type Raster } from "../../../src/vision/raster.ts";
import { cut, textured } from "../textured.ts";

const VIEW = [0.9, -0.2, 12, 0.15, 1.1, -7, 0.0005, -0.0003, 1];

function seen(count: number, strays: number): Correspondence[] {
  return Array.from({ length: count }, (_, i) => {
    const from = [(i * 37) % 200, (i * 71) % 150] as const;
    return { from, to: i < strays ? [(i * 53) % 180, (i * 29) % 140] : project(VIEW, from) };
  });
}

describe("a homography", () => {
  it("is found among as many strays as right points", () => {
    const found = findHomography(seen(60, 30), 1)!;
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(VIEW[i]!, 4);
  });

  it("is none of fewer than four points, or of points in one line", () => {
    expect(findHomography(seen(3, 0), 3)).toBeNull();
    const line = Array.from({ length: 9 }, (_, i): Correspondence => ({ from: [i, 2 * i], to: [3 * i, i] }));
    expect(findHomography(line, 3)).toBeNull();
  });

  it("has a way back", () => {
    const [x, y] = project(inverse(VIEW)!, project(VIEW, [31, 47]));
    expect([x, y].map((value) => Math.round(1e6 * value) / 1e6)).toEqual([31, 47]);
    expect(product(VIEW, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toEqual(VIEW);
  });
});

describe("two pictures of one scene", () => {
  // Most features lie outside of what both show, as the picture whose features lie further right is the one that stays.
  const scene = textured({ width: 200, height: 110 });
  for (let y = 70; y < 110; y++) scene.data.fill(120, y * 200 + 72, y * 200 + 128);
  const left = rgbOf(cut(scene, { x: 0, y: 0, width: 130, height: 110 }));
  const right = rgbOf(cut(scene, { x: 70, y: 0, width: 130, height: 110 }));

  function differing(joined: Raster<3>): number {
    const expected = rgbOf(scene);
    const width = 3 * Math.min(joined.width, 200);
    let count = 0;
    for (let y = 0; y < Math.min(joined.height, 110); y++) {
      for (let i = 0; i < width; i++) {
        if (Math.abs(joined.data[y * joined.stride + i]! - expected.data[y * expected.stride + i]!) > 40) count++;
      }
    }
    return count / (width * 110);
  }

  it.each([
    ["left first", left, right],
    ["right first", right, left],
  ])("become one as large as the scene: %s", (_, first, second) => {
    const joined = stitch(first, second, 3)!;
    expect(Math.abs(joined.width - 200)).toBeLessThanOrEqual(3);
    expect(Math.abs(joined.height - 110)).toBeLessThanOrEqual(3);
    expect(differing(joined)).toBeLessThan(0.1);
  });

  it("are null when they have nothing in common", () => {
    expect(stitch(left, newRaster({ width: 50, height: 40 }, 3), 3)).toBeNull();
  });
});
