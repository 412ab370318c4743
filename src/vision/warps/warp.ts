import { newRaster, type Raster, type Size } from "../raster.ts";

/** Puts into `xs` and `ys` where in the old picture the pixels of row `y` of the new one lie. */
export type Places = (y: number, xs: Float64Array, ys: Float64Array) => void;

/** A new picture of pixels taken from places between those of an old one, blended from the four nearest; outside is black. */
export function warp<R extends Raster>(raster: R, size: Size, places: Places): R;
export function warp({ data, width, height, stride, channels }: Raster, size: Size, places: Places): Raster {
  const result = newRaster(size, channels);
  const [xs, ys] = [new Float64Array(size.width), new Float64Array(size.width)];
  let to = 0;
  for (let row = 0; row < size.height; row++) {
    places(row, xs, ys);
    for (let column = 0; column < size.width; column++, to += channels) {
      const [sx, sy] = [toGrid(xs[column]!), toGrid(ys[column]!)];
      const [x, y] = [Math.floor(sx), Math.floor(sy)];
      if (!(x >= -1 && y >= -1 && x < width && y < height)) continue;
      const [right, below] = [sx - x, sy - y];
      const at = y * stride + x * channels;
      const [isLeft, isRight, isTop, isBottom] = [x >= 0, x + 1 < width, y >= 0, y + 1 < height];
      for (let c = 0; c < channels; c++) {
        const upper =
          (isTop && isLeft ? data[at + c]! * (1 - right) : 0) +
          (isTop && isRight ? data[at + channels + c]! * right : 0);
        const lower =
          (isBottom && isLeft ? data[at + stride + c]! * (1 - right) : 0) +
          (isBottom && isRight ? data[at + stride + channels + c]! * right : 0);
        result.data[to + c] = upper * (1 - below) + lower * below + 0.5;
      }
    }
  }
  return result;
}

/** Places count in steps of 1/32 pixel, as in the reference. */
function toGrid(place: number): number {
  return Math.round(place * 32) / 32;
}

/** Turns about the middle pixel by degrees against the clock, on a canvas that takes the whole picture. */
export function rotate<R extends Raster>(raster: R, degrees: number): R {
  const { width, height } = raster;
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const size = {
    width: Math.max(1, Math.trunc(height * Math.abs(sin) + width * Math.abs(cos))),
    height: Math.max(1, Math.trunc(height * Math.abs(cos) + width * Math.abs(sin))),
  };
  const [middleX, middleY] = [width >> 1, height >> 1];
  return warp(raster, size, (y, xs, ys) => {
    const down = y - size.height / 2;
    for (let x = 0; x < size.width; x++) {
      const across = x - size.width / 2;
      xs[x] = middleX + cos * across - sin * down;
      ys[x] = middleY + sin * across + cos * down;
    }
  });
}
