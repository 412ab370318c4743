import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enhanceContrast, equalizeHistogram, stretchContrast } from "../../src/vision/contrast/contrast.ts";
import { equalizeLocally } from "../../src/vision/contrast/equalize-locally.ts";
import { histogramOf } from "../../src/vision/contrast/histogram.ts";
import { adaptiveThreshold } from "../../src/vision/filters/adaptive-threshold.ts";
import { bilateral } from "../../src/vision/filters/bilateral.ts";
import { boxMean } from "../../src/vision/filters/box-mean.ts";
import { fillHoles } from "../../src/vision/filters/fill-holes.ts";
import { gaussian } from "../../src/vision/filters/gaussian.ts";
import { median } from "../../src/vision/filters/median.ts";
import { dilate, erode, excess, openByEllipse } from "../../src/vision/filters/morphology.ts";
import { otsuOf } from "../../src/vision/filters/otsu.ts";
import { threshold } from "../../src/vision/filters/threshold.ts";
import { channelOf, greyOf, rgbOf } from "../../src/vision/grey.ts";
import { countColor } from "../../src/vision/measures/count-color.ts";
import { brenner, tenengrad } from "../../src/vision/measures/sharpness.ts";
import type { Raster } from "../../src/vision/raster.ts";
import { contoursOf } from "../../src/vision/shapes/contours.ts";
import { flip } from "../../src/vision/warps/flip.ts";
import { resize } from "../../src/vision/warps/resize.ts";
import { rotate } from "../../src/vision/warps/warp.ts";
import { anyRaster, asPart } from "./rasters.ts";

// What holds for every kernel, whatever it computes.

const GREY: Record<string, (raster: Raster<1>) => unknown> = {
  "adaptive threshold by mean": (raster) => {
    return adaptiveThreshold(raster, { around: "mean", size: 3, margin: 2, max: 255 });
  },
  "adaptive threshold by bell curve": (raster) => {
    return adaptiveThreshold(raster, { around: "gaussian", size: 3, margin: 2, max: 255 });
  },
  contours: contoursOf,
  "fill holes": fillHoles,
  otsu: otsuOf,
  brenner,
  tenengrad,
  rgb: (raster) => rgbOf(raster),
};

const COLOUR: Record<string, (raster: Raster<3>) => unknown> = {
  grey: (raster) => greyOf(raster),
  channel: (raster) => channelOf(raster, 2),
  "count of a colour": (raster) => countColor(raster, [0, 0, 0], 60),
};

const ANY: Record<string, <R extends Raster>(raster: R) => unknown> = {
  threshold: (raster) => threshold(raster, "tozero", { at: 99, max: 255 }),
  histogram: histogramOf,
  "box mean": (raster) => boxMean(raster, 4, "mirror"),
  gaussian: (raster) => gaussian(raster, 5, "mirror"),
  median: (raster) => median(raster, 3),
  dilate: (raster) => dilate(raster, 4),
  erode: (raster) => erode(raster, 3),
  excess: (raster) => excess(raster, raster),
  "opening by an ellipse": (raster) => openByEllipse(raster, 3),
  "resize to less": (raster) => resize(raster, { width: 1, height: 1 }),
  "resize to more": (raster) => resize(raster, { width: 12, height: 11 }),
  rotate: (raster) => rotate(raster, 30),
  flip: (raster) => flip(raster, { vertical: true, horizontal: true }),
  "stretched channels": (raster) => enhanceContrast(raster, { clip: 0.02, multiplier: 1.5, brighten: true }),
  "stretched contrast": (raster) => stretchContrast(raster),
  "even histogram": (raster) => equalizeHistogram(raster),
  "even surroundings": (raster) => equalizeLocally(raster),
  bilateral: (raster) => bilateral(raster, { reach: 2, sigmaColor: 75, sigmaSpace: 75 }),
};

describe.each(Object.entries({ ...GREY, ...ANY }))("%s", (_, kernel) => {
  it("gives the same for a part of a larger picture in one channel, which stays as it is", () => check(kernel, 1));
});

describe.each(Object.entries({ ...COLOUR, ...ANY }))("%s", (_, kernel) => {
  it("gives the same for a part of a larger picture in three channels, which stays as it is", () => check(kernel, 3));
});

function check<C extends 1 | 3>(kernel: (raster: Raster<C>) => unknown, channels: C): void {
  fc.assert(
    fc.property(anyRaster(channels), (raster) => {
      const part = asPart(raster);
      const before = Buffer.from(part.data.buffer).toString("hex");
      const found = kernel(part);
      expect(found).toEqual(kernel(raster));
      expect(Buffer.from(part.data.buffer).toString("hex")).toBe(before);
      if (isRaster(found)) {
        expect(found.stride).toBe(found.width * found.channels);
        expect(found.data).toHaveLength(found.stride * found.height);
        expect(found.data.buffer).not.toBe(part.data.buffer);
      }
    }),
    { numRuns: 40 },
  );
}

function isRaster(value: unknown): value is Raster {
  return typeof value === "object" && value !== null && "stride" in value;
}
