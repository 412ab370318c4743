import { isGrey, isRgb, newRaster, type Raster } from "./raster.ts";

// Shares of red, green and blue in the brightness of ITU-R BT.601, in 2^-15.
const RED = 9798;
const GREEN = 19235;
const BLUE = 3735;
const HALF = 1 << 14;

/** The brightness of each pixel; a grey raster is given back as it is. */
export function greyOf(raster: Raster): Raster<1> {
  if (isGrey(raster)) return raster;
  const { data, width, height, stride } = raster;
  const grey = newRaster(raster, 1);
  let to = 0;
  for (let y = 0; y < height; y++) {
    let at = y * stride;
    for (let x = 0; x < width; x++, at += 3) {
      grey.data[to++] = (RED * data[at]! + GREEN * data[at + 1]! + BLUE * data[at + 2]! + HALF) >> 15;
    }
  }
  return grey;
}

/** One of the channels by itself. */
export function channelOf({ data, stride, ...size }: Raster<3>, channel: 0 | 1 | 2): Raster<1> {
  const grey = newRaster(size, 1);
  let to = 0;
  for (let y = 0; y < size.height; y++) {
    let at = y * stride + channel;
    for (let x = 0; x < size.width; x++, at += 3) grey.data[to++] = data[at]!;
  }
  return grey;
}

/** Three equal channels; a raster that has three is given back as it is. */
export function rgbOf(raster: Raster): Raster<3> {
  if (isRgb(raster)) return raster;
  const { data, width, height, stride } = raster;
  const rgb = newRaster(raster, 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    for (let at = start; at < start + width; at++) {
      const value = data[at]!;
      rgb.data[to++] = value;
      rgb.data[to++] = value;
      rgb.data[to++] = value;
    }
  }
  return rgb;
}
