import type { Image, PixelSource } from "../kinds/image.ts";
import type { PixelService } from "../kinds/pixel-service.ts";
import { rgbOf } from "../vision/grey.ts";
import { isGrey, type Raster } from "../vision/raster.ts";

/** The pixels of an image for kernels, without a copy: never write into them. */
export function rasterOf(image: Image, service: PixelService): Raster {
  const { width, height } = image;
  const grey = greyBytes(image);
  if (grey !== undefined) return { data: grey, width, height, stride: width, channels: 1 };
  const { rgb, stride } = service.view(image);
  return { data: rgb, width, height, stride, channels: 3 };
}

export function isGreyImage({ pixels }: Image): boolean {
  return pixels.type === "owned" && "grey" in pixels;
}

function greyBytes({ pixels }: Image): Uint8Array | undefined {
  return pixels.type === "owned" ? pixels.grey : undefined;
}

/** The image with other pixels, in its own place among pictures and frames. */
export function withRaster(image: Image, raster: Raster): Image {
  const { width, height } = raster;
  return { ...image, width, height, pixels: pixelsOf(raster) };
}

/** The packed pixels that a kernel gave, as those of an image. */
export function pixelsOf(raster: Raster): PixelSource {
  const { width, height } = raster;
  if (isGrey(raster)) return pixelsOnDemand({ width, height, channels: 1 }, () => raster);
  return { type: "owned", rgb: raster.data, width, height };
}

/**
 * Pixels that are made when they are first read: a picture that no step and no viewer reads costs nothing. Most steps after a grey
 * one read the single channel, so its three are made when one asks.
 */
export function pixelsOnDemand<C extends 1 | 3>(
  { width, height, channels }: { width: number; height: number; channels: C },
  make: () => Raster<C>,
): PixelSource {
  const raster = once(make);
  const rgb = once(() => rgbOf(raster()).data);
  const pixels: PixelSource = {
    type: "owned",
    get rgb() {
      return rgb();
    },
    width,
    height,
  };
  // Not enumerable: code that spreads the object and puts other bytes in must not carry the old channel along.
  return channels === 3 ? pixels : Object.defineProperty(pixels, "grey", { get: () => raster().data });
}

/** The picture, its pixels made now: those on demand read the frame, which is gone later. */
export function withPixels(image: Image): Image {
  if (image.pixels.type === "owned") void image.pixels.rgb;
  return image;
}

/** What made the value is released with the first call. */
function once<T>(make: () => T): () => T {
  let pending: (() => T) | null = make;
  let value: T;
  return () => {
    if (pending !== null) {
      value = pending();
      pending = null;
    }
    return value;
  };
}
