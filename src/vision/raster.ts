/**
 * Pixels in rows that start `stride` bytes apart, with one channel (grey) or three (red, green, blue). What a kernel is given may be a
 * camera's frame in shared memory: it is read in place and never written. What a kernel gives is packed, in memory of its own.
 */
export interface Raster<C extends Channels = Channels> extends Size {
  data: Uint8Array;
  stride: number;
  channels: C;
}

export type Channels = 1 | 3;

export interface Size {
  width: number;
  height: number;
}

/** A packed raster of zeros. */
export function newRaster<C extends Channels>({ width, height }: Size, channels: C): Raster<C> {
  const stride = width * channels;
  return { data: new Uint8Array(stride * height), width, height, stride, channels };
}

export function isGrey(raster: Raster): raster is Raster<1> {
  return raster.channels === 1;
}

export function isRgb(raster: Raster): raster is Raster<3> {
  return raster.channels === 3;
}
