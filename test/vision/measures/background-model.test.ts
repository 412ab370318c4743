import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { BACKGROUND, BackgroundModel, FOREGROUND, SHADOW } from "../../../src/vision/measures/background-model.ts";
import { newRaster, type Raster } from "../../../src/vision/raster.ts";
import { asPart } from "../rasters.ts";

const LEARNING = { history: 30, threshold: 16 };

/** A grey scene, in which the pixels of the given places have another value. */
function scene(value: number, places: readonly number[] = [], width = 8): Raster<1> {
  const raster = newRaster({ width, height: 6 }, 1);
  raster.data.fill(100);
  for (const place of places) raster.data[place] = value;
  return raster;
}

describe("the background of a camera", () => {
  it("is learnt from the first picture, which is all shadow of itself", () => {
    const model = new BackgroundModel();
    expect(new Set(model.update(scene(0), LEARNING).data)).toEqual(new Set([SHADOW]));
    expect(new Set(model.update(scene(0), LEARNING).data)).toEqual(new Set([BACKGROUND]));
  });

  it("tells what is new from a shadow on what was there", () => {
    const model = new BackgroundModel();
    for (let i = 0; i < 20; i++) model.update(scene(0), LEARNING);
    const after = scene(200, [3]);
    after.data[5] = 70;
    const { data } = model.update(after, LEARNING);
    expect([data[0], data[3], data[5]]).toEqual([BACKGROUND, FOREGROUND, SHADOW]);
  });

  it("takes in what stays, the sooner the shorter its history", () => {
    const framesUntilTaken = (history: number) => {
      const model = new BackgroundModel();
      for (let i = 0; i < 2 * history; i++) model.update(scene(0), { history, threshold: 16 });
      for (let frame = 1; ; frame++) {
        if (model.update(scene(220, [3]), { history, threshold: 16 }).data[3] === BACKGROUND) return frame;
      }
    };
    expect(framesUntilTaken(5)).toBeLessThan(framesUntilTaken(50));
  });

  it("is another one for a picture of another size", () => {
    const model = new BackgroundModel();
    for (let i = 0; i < 5; i++) model.update(scene(0), LEARNING);
    expect(new Set(model.update(scene(0, [], 9), LEARNING).data)).toEqual(new Set([SHADOW]));
  });

  it("is the same for a part of a larger picture, which stays as it is", () => {
    const [whole, part] = [new BackgroundModel(), new BackgroundModel()];
    for (const value of [10, 200, 110, 60]) {
      const raster = asPart(scene(value, [1, 2, 9]));
      const before = raster.data.slice();
      expect(part.update(raster, LEARNING)).toEqual(whole.update(scene(value, [1, 2, 9]), LEARNING));
      expect(raster.data).toEqual(before);
    }
  });

  it("takes no more memory after ten thousand pictures", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const model = new BackgroundModel();
    const pictures = [0, 60, 130, 200].map((value) => scene(value, [1, 7, 20, 21]));
    const used = () => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const run = (count: number) => {
      for (let i = 0; i < count; i++) model.update(pictures[i % pictures.length]!, LEARNING);
    };
    run(2000);
    const before = used();
    run(10_000);
    expect(used() - before).toBeLessThan(1_000_000);
  });
});
