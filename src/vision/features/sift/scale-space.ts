import type { Raster } from "../../raster.ts";
import { blurred, difference, doubled, halved, type Plane } from "./plane.ts";

/** Steps in which the blur doubles. */
export const LAYERS = 3;
/** Blur of the first layer, and the one that a camera's picture is taken to have. */
export const SIGMA = 1.6;
const CAMERA_SIGMA = 0.5;

/** Pictures of one size, each blurred more than the one before, and what is lost from one to the next. */
export interface Octave {
  layers: Plane[];
  differences: Plane[];
}

/** The picture in twice its size, and then in halves of that, each in all blurs. */
export function scaleSpace(raster: Raster<1>): Octave[] {
  let base = blurred(doubled(raster), Math.sqrt(SIGMA ** 2 - (2 * CAMERA_SIGMA) ** 2));
  const count = Math.round(Math.log2(Math.min(base.width, base.height)) - 2) + 1;
  const octaves: Octave[] = [];
  for (let i = 0; i < count && base.width > 0 && base.height > 0; i++) {
    const octave = octaveOf(base);
    octaves.push(octave);
    base = halved(octave.layers[LAYERS]!);
  }
  return octaves;
}

function octaveOf(base: Plane): Octave {
  const layers = [base];
  const step = 2 ** (1 / LAYERS);
  for (let i = 1; i < LAYERS + 3; i++) {
    const before = SIGMA * step ** (i - 1);
    layers.push(blurred(layers[i - 1]!, Math.sqrt((before * step) ** 2 - before ** 2)));
  }
  return { layers, differences: layers.slice(1).map((layer, i) => difference(layer, layers[i]!)) };
}
