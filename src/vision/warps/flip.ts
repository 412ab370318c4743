import { newRaster, type Raster } from "../raster.ts";

/** The picture mirrored from top to bottom, from side to side, or both. */
export function flip<R extends Raster>(raster: R, { vertical, horizontal }: Mirrors): R;
export function flip({ data, width, height, stride, channels }: Raster, { vertical, horizontal }: Mirrors): Raster {
  const flipped = newRaster({ width, height }, channels);
  for (let y = 0, to = 0; y < height; y++) {
    const start = (vertical ? height - 1 - y : y) * stride;
    if (!horizontal) {
      flipped.data.set(data.subarray(start, start + width * channels), y * flipped.stride);
      continue;
    }
    for (let at = start + (width - 1) * channels; at >= start; at -= channels) {
      for (let c = 0; c < channels; c++) flipped.data[to++] = data[at + c]!;
    }
  }
  return flipped;
}

interface Mirrors {
  vertical: boolean;
  horizontal: boolean;
}
