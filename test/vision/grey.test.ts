import { expect, it } from "vitest";
import { channelOf, greyOf, rgbOf } from "../../src/vision/grey.ts";
import { rasterOf } from "./rasters.ts";

it("brightness weighs red, green and blue by their shares, and equal ones make their value", () => {
  const colours = rasterOf([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 77, 77, 77, 1, 0, 0], 6, 3);
  expect([...greyOf(colours).data]).toEqual([76, 150, 29, 255, 77, 0]);
});

it("one channel becomes three equal ones, and any of these is it again", () => {
  const grey = rasterOf([0, 7, 255, 100], 2, 1);
  const rgb = rgbOf(grey);
  expect([...rgb.data]).toEqual([0, 0, 0, 7, 7, 7, 255, 255, 255, 100, 100, 100]);
  for (const channel of [0, 1, 2] as const) expect(channelOf(rgb, channel)).toEqual(grey);
});

it("what is grey or rgb already is given back", () => {
  const grey = rasterOf([1, 2], 2, 1);
  const rgb = rasterOf([1, 2, 3], 1, 3);
  expect(greyOf(grey)).toBe(grey);
  expect(rgbOf(rgb)).toBe(rgb);
});
