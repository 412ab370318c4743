import type { Image, PixelSource, Region } from "../../kinds/image.ts";
import type { PixelService } from "../services.ts";

/** Pixels of a part of a picture: a narrower view of a frame in the arena without a copy, a copy of pixels of its own otherwise. */
export function cutPixels({ pixels, ...image }: Image, part: Region, service: PixelService): PixelSource {
  if (pixels.type === "frame") {
    const { x, y } = pixels.region ?? { x: 0, y: 0 };
    return { type: "frame", frame: pixels.frame, region: { ...part, x: x + part.x, y: y + part.y } };
  }
  const { rgb, stride } = service.view({ pixels, ...image });
  const { x, y, width, height } = part;
  const cut = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * stride + x * 3;
    cut.set(rgb.subarray(from, from + width * 3), row * width * 3);
  }
  return { type: "owned", rgb: cut, width, height };
}
