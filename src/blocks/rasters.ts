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

export function isGreyImage(image: Image): boolean {
  return greyBytes(image) !== undefined;
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
  const { data, width, height } = raster;
  if (!isGrey(raster)) return { type: "owned", rgb: data, width, height };
  let rgb: Uint8Array | undefined;
  const pixels: PixelSource = {
    type: "owned",
    // Most steps after a grey one take the single channel, so the three are made when one asks.
    get rgb() {
      rgb ??= rgbOf(raster).data;
      return rgb;
    },
    width,
    height,
  };
  // Not enumerable: code that spreads the object and puts other bytes in must not carry the old channel along.
  return Object.defineProperty(pixels, "grey", { value: data });
}
