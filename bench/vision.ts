import { equalizeHistogram } from "../src/vision/contrast/contrast.ts";
import { equalizeLocally } from "../src/vision/contrast/equalize-locally.ts";
import { evenLocalContrast } from "../src/vision/contrast/local-contrast.ts";
import { sift } from "../src/vision/features/sift/sift.ts";
import { adaptiveThreshold } from "../src/vision/filters/adaptive-threshold.ts";
import { bilateral } from "../src/vision/filters/bilateral.ts";
import { boxMean } from "../src/vision/filters/box-mean.ts";
import { gaussian } from "../src/vision/filters/gaussian.ts";
import { median } from "../src/vision/filters/median.ts";
import { dilate, erode } from "../src/vision/filters/morphology.ts";
import { otsuOf } from "../src/vision/filters/otsu.ts";
import { threshold } from "../src/vision/filters/threshold.ts";
import { greyOf } from "../src/vision/grey.ts";
import { BackgroundModel } from "../src/vision/measures/background-model.ts";
import { tenengrad } from "../src/vision/measures/sharpness.ts";
import { newRaster } from "../src/vision/raster.ts";
import { contoursOf } from "../src/vision/shapes/contours.ts";
import { resize } from "../src/vision/warps/resize.ts";
import { rotate } from "../src/vision/warps/warp.ts";

// Prints the processor time of each kernel on a picture of 1280x720, noise over a pattern of squares. `npx tsx bench/vision.ts`

const ROUNDS = 15;

const colour = newRaster({ width: 1280, height: 720 }, 3);
for (let at = 0, seed = 1; at < colour.data.length; at++) {
  const [x, y] = [Math.floor(at / 3) % colour.width, Math.floor(at / colour.stride)];
  seed = (seed * 16807) % 2147483647;
  colour.data[at] = (((x >> 5) + (y >> 5)) % 3 === 0 ? 200 : 60) + (seed % 40);
}
const grey = greyOf(colour);
const cut = threshold(grey, "binary", { at: 150, max: 255 });
const local = { size: 11, margin: 2, max: 255 };
const background = new BackgroundModel();

const kernels: Record<string, () => unknown> = {
  grey: () => greyOf(colour),
  "threshold, one channel": () => threshold(grey, "binary", { at: 150, max: 255 }),
  "threshold, three channels": () => threshold(colour, "binary", { at: 150, max: 255 }),
  Otsu: () => threshold(grey, "binary", { at: otsuOf(grey), max: 255 }),
  "adaptive threshold, mean": () => adaptiveThreshold(grey, { around: "mean", ...local }),
  "adaptive threshold, bell curve": () => adaptiveThreshold(grey, { around: "gaussian", ...local }),
  contours: () => contoursOf(cut),
  "box 5, three channels": () => boxMean(colour, 5, "mirror"),
  "Gaussian 5, three channels": () => gaussian(colour, 5, "mirror"),
  "Gaussian 15, three channels": () => gaussian(colour, 15, "mirror"),
  "median 5, three channels": () => median(colour, 5),
  "bilateral 5, three channels": () => bilateral(colour, { reach: 2, sigmaColor: 75, sigmaSpace: 75 }),
  "closing 5, one channel": () => erode(dilate(grey, 5), 5),
  "closing 5, three channels": () => erode(dilate(colour, 5), 5),
  "half size, three channels": () => resize(colour, { width: 640, height: 360 }),
  "turn by 13 degrees": () => rotate(colour, 13),
  "histogram equalisation": () => equalizeHistogram(colour),
  "local equalisation": () => equalizeLocally(colour),
  "local contrast, one channel": () => evenLocalContrast(grey, 3),
  "sharpness, one channel": () => tenengrad(grey),
  "background, three channels": () => background.update(colour, { history: 30, threshold: 16 }),
  SIFT: () => sift(grey),
};

for (const [name, run] of Object.entries(kernels)) {
  const times = Array.from({ length: ROUNDS }, () => processorTime(run)).sort((a, b) => a - b);
  console.log(`${name.padEnd(32)} ${times[ROUNDS >> 1]?.toFixed(1)} ms`);
}

function processorTime(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
