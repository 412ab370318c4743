import { newRaster, type Raster } from "../raster.ts";
import { boxMean } from "./box-mean.ts";
import { gaussian } from "./gaussian.ts";

export type Surroundings = "mean" | "gaussian";

interface Local {
  around: Surroundings;
  /** Pixels on a side of the surroundings, an odd number. */
  size: number;
  /** What is more than this darker than its surroundings is 0. */
  margin: number;
  /** What all others become, 0 to 255. */
  max: number;
}

/** Compares each pixel with the mean of its surroundings, all alike or weighed by a bell curve. */
export function adaptiveThreshold(raster: Raster<1>, { around, size, margin, max }: Local): Raster<1> {
  const means = around === "mean" ? boxMean(raster, size, "repeat") : gaussian(raster, size, "repeat");
  const { data, width, height, stride } = raster;
  const cut = newRaster(raster, 1);
  for (let y = 0, to = 0; y < height; y++) {
    const start = y * stride;
    for (let at = start; at < start + width; at++, to++) cut.data[to] = data[at]! - means.data[to]! > -margin ? max : 0;
  }
  return cut;
}
