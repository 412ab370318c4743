import type { Image, PixelSource, Region } from "../../../kinds/image.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import { newRaster } from "../../../vision/raster.ts";
import { pixelsOf, rasterOf } from "../../rasters.ts";

/** Pixels of a part of a picture: a narrower view of a frame in the arena without a copy, a copy of pixels of its own otherwise. */
export function cutPixels(image: Image, part: Region, service: PixelService): PixelSource {
  const { pixels } = image;
  if (pixels.type === "frame") {
    const { x, y } = pixels.region ?? { x: 0, y: 0 };
    return { type: "frame", frame: pixels.frame, region: { ...part, x: x + part.x, y: y + part.y } };
  }
  const { data, stride, channels } = rasterOf(image, service);
  const cut = newRaster(part, channels);
  for (let row = 0; row < part.height; row++) {
    const from = (part.y + row) * stride + part.x * channels;
    cut.data.set(data.subarray(from, from + cut.stride), row * cut.stride);
  }
  return pixelsOf(cut);
}
