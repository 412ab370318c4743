import { describe, expect, it } from "vitest";
import { matchTemplate, withoutOverlaps } from "../../../src/vision/features/match-template.ts";
import { loadOpenCv, withOwned } from "../../../src/vision/features/opencv.ts";
import { newRaster, type Raster } from "../../../src/vision/raster.ts";
import { asPart } from "../rasters.ts";

const TEMPLATE = [[9, 0, 0, 0], [9, 9, 0, 5], [0, 0, 0, 5], [7, 0, 0, 0]]; // biome-ignore format: a picture

/** Noise in which the template stands at places, brighter and with less contrast than it is. */
function picture(...places: (readonly [number, number])[]): Raster<1> {
  const raster = newRaster({ width: 40, height: 30 }, 1);
  for (let i = 0; i < raster.data.length; i++) raster.data[i] = (Math.imul(i, 2654435761) >>> 24) % 60;
  for (const [x, y] of places) {
    for (const [row, values] of TEMPLATE.entries()) {
      for (const [column, value] of values.entries()) raster.data[(y + row) * 40 + x + column] = 50 + value * 10;
    }
  }
  return raster;
}

function template(): Raster<1> {
  const raster = newRaster({ width: 4, height: 4 }, 1);
  raster.data.set(TEMPLATE.flat().map((value) => value * 25));
  return raster;
}

const placesOf = (matches: { x: number; y: number }[]) => matches.map(({ x, y }) => [x, y]);

describe("places that look like a template", () => {
  it("are found whatever their brightness and contrast, row by row", async () => {
    const found = await matchTemplate(picture([25, 3], [4, 20]), template(), 0.99);
    expect(placesOf(found)).toEqual([[25, 3], [4, 20]]); // biome-ignore format: two places
  });

  it("are the same in a part of a larger picture, which stays as it is", async () => {
    const part = asPart(picture([4, 20]));
    const before = part.data.slice();
    expect(placesOf(await matchTemplate(part, asPart(template()), 0.99))).toEqual([[4, 20]]);
    expect(part.data).toEqual(before);
  });

  it("are none for a template that is flat or larger than the picture", async () => {
    expect(await matchTemplate(picture(), newRaster({ width: 4, height: 4 }, 1), 0)).toEqual([]);
    expect(await matchTemplate(template(), picture(), 0)).toEqual([]);
  });

  it("are the best of those that overlap too much", () => {
    const matches = [
      { x: 0, y: 0, likeness: 0.8 },
      { x: 1, y: 0, likeness: 0.9 },
      { x: 3, y: 0, likeness: 0.7 },
      { x: 9, y: 9, likeness: 0.6 },
    ];
    const size = { width: 4, height: 4 };
    expect(placesOf(withoutOverlaps(matches, size, 0.5))).toEqual([[1, 0], [3, 0], [9, 9]]); // biome-ignore format: places
    expect(placesOf(withoutOverlaps(matches, size, 0.1))).toEqual([[1, 0], [9, 9]]); // biome-ignore format: places
    expect(placesOf(withoutOverlaps(matches, size, 1))).toEqual(placesOf(matches));
  });
});

describe("what OpenCV allocates", () => {
  it("is deleted at the end, also where the work fails", async () => {
    const { cv } = await loadOpenCv();
    const mats: InstanceType<typeof cv.Mat>[] = [];
    const fail = () => {
      return withOwned((own) => {
        mats.push(own(new cv.Mat()), own(new cv.Mat()));
        throw new RangeError("no");
      });
    };
    expect(fail).toThrow("no");
    expect(mats.map((mat) => mat.isDeleted())).toEqual([true, true]);
  });

  it("does not grow over ten thousand searches", async () => {
    const { cv } = await loadOpenCv();
    const heap = () => (cv as unknown as { HEAPU8: Uint8Array }).HEAPU8.length;
    const [where, what] = [picture([4, 20]), template()];
    for (let i = 0; i < 100; i++) await matchTemplate(where, what, 0.99);
    const before = heap();
    for (let i = 0; i < 10_000; i++) await matchTemplate(where, what, 0.99);
    expect(heap()).toBe(before);
  }, 120_000);
});
