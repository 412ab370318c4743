import { expect, it } from "vitest";
import type { Raster } from "../../../src/vision/raster.ts";
import { type Places, warp } from "../../../src/vision/warps/warp.ts";

const source: Raster<1> = {
  data: Uint8Array.of(0, 100, 200, 40, 80, 120),
  width: 3,
  height: 2,
  stride: 3,
  channels: 1,
};

function shifted(dx: number, dy: number): Places {
  return (y, xs, ys) => {
    for (let x = 0; x < xs.length; x++) [xs[x], ys[x]] = [x + dx, y + dy];
  };
}

it("a picture warped by nothing is the same", () => {
  expect([...warp(source, source, shifted(0, 0)).data]).toEqual([...source.data]);
});

it("between pixels it is linear, and black beyond the source and where there is no place", () => {
  expect([...warp(source, source, shifted(0.5, 0)).data]).toEqual([50, 150, 100, 60, 100, 60]);
  expect([...warp(source, source, shifted(1, 1)).data]).toEqual([80, 120, 0, 0, 0, 0]);
  expect([...warp(source, source, shifted(Number.NaN, 0)).data]).toEqual([0, 0, 0, 0, 0, 0]);
});
