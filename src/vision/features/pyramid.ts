import { newRaster, type Raster } from "../raster.ts";

/** A grey picture and halves of it, the largest first. */
export type Pyramid = readonly Raster<1>[];

/** Halves the picture as often as asked for, as long as a side has at least 16 pixels. */
export function pyramidOf(picture: Raster<1>, levels: number): Pyramid {
  const pyramid = [picture];
  let last = picture;
  while (pyramid.length < levels && Math.min(last.width, last.height) >= 2 * LEAST_SIDE) {
    last = shrunk(last, 2);
    pyramid.push(last);
  }
  return pyramid;
}

const LEAST_SIDE = 16;

/** Means of squares of `factor` pixels; what is left over at the right and lower edges is cut off. */
export function shrunk(picture: Raster<1>, factor: number): Raster<1> {
  if (factor === 1) return picture;
  const { data, stride } = picture;
  const width = Math.max(1, Math.floor(picture.width / factor));
  const height = Math.max(1, Math.floor(picture.height / factor));
  const [across, down] = [Math.min(factor, picture.width), Math.min(factor, picture.height)];
  const small = newRaster({ width, height }, 1);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let row = 0; row < down; row++) {
        const start = (y * factor + row) * stride + x * factor;
        for (let at = start; at < start + across; at++) sum += data[at]!;
      }
      small.data[to++] = Math.round(sum / (across * down));
    }
  }
  return small;
}
