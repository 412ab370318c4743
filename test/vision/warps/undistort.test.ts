import { describe, expect, it } from "vitest";
import { newRaster, type Raster } from "../../../src/vision/raster.ts";
import { type Lens, undistort, undistortWide } from "../../../src/vision/warps/undistort.ts";

const SIZE = { width: 160, height: 120 };
const LENS: Lens = { fx: 140, fy: 140, cx: 80, cy: 60, k1: -0.3, k2: 0.05, k3: 0, p1: 0.01, p2: -0.02 };

/** White where the direction lies to the right of a straight upright line. */
function seen(straightX: (x: number, y: number) => number): Raster<1> {
  const raster = newRaster(SIZE, 1);
  for (let i = 0; i < raster.data.length; i++) {
    const [x, y] = [((i % 160) - LENS.cx) / LENS.fx, (Math.floor(i / 160) - LENS.cy) / LENS.fy];
    if (straightX(x, y) > 0.3) raster.data[i] = 255;
  }
  return raster;
}

/** In each row the first column that is white. */
function edgeOf(raster: Raster<1>): number[] {
  return Array.from({ length: raster.height }, (_, y) => {
    return raster.data.subarray(y * raster.stride, (y + 1) * raster.stride).findIndex((value) => value > 127);
  });
}

const spreadOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

/** What a lens bends into a place, found by trying nearer and nearer. */
function straight(toX: number, toY: number): number {
  let [x, y] = [toX, toY];
  for (let i = 0; i < 60; i++) {
    const squared = x * x + y * y;
    const radial = 1 + (LENS.k2 * squared + LENS.k1) * squared;
    const aside = 2 * LENS.p1 * x * y + LENS.p2 * (squared + 2 * x * x);
    const along = LENS.p1 * (squared + 2 * y * y) + 2 * LENS.p2 * x * y;
    [x, y] = [(toX - aside) / radial, (toY - along) / radial];
  }
  return x;
}

describe("a lens", () => {
  it("without distortion changes nothing", () => {
    const raster = seen((x) => x);
    expect(undistort(raster, { ...LENS, k1: 0, k2: 0, p1: 0, p2: 0 })).toEqual(raster);
    expect(undistortWide(raster, { ...LENS, k1: 0 })).toEqual(raster);
  });

  it("is undone: what it bent is straight again", () => {
    const before = seen(straight);
    expect(spreadOf(edgeOf(before))).toBeGreaterThan(2);
    const after = edgeOf(undistort(before, LENS)).slice(30, -30);
    expect(spreadOf(after)).toBeLessThanOrEqual(1);
  });

  it("that sees very wide is undone by its own model", () => {
    const before = seen((x, y) => x / (1 - 0.4 * (x * x + y * y)));
    expect(spreadOf(edgeOf(before))).toBeGreaterThan(2);
    const after = edgeOf(undistortWide(before, { ...LENS, k1: -0.4 }));
    expect(after.every((column) => Math.abs(column - (80 + 0.3 * 140)) <= 1)).toBe(true);
  });
});
