import { BugError } from "../../base/errors.ts";
import { FULL_RGB, renditionKey } from "../../kinds/frame.ts";
import type { Image } from "../../kinds/image.ts";
import type { PixelService, PixelView } from "../../kinds/pixel-service.ts";

/** Pixels of images whose frames lie in the arena. */
export function arenaPixels(arena: SharedArrayBuffer): PixelService {
  const view = (image: Image): PixelView => {
    const { pixels, width, height } = image;
    if (pixels.type === "owned") return { rgb: pixels.rgb, stride: 3 * pixels.width, width, height };
    const full = pixels.frame.renditions.find((rendition) => rendition.key === renditionKey(FULL_RGB));
    if (full === undefined) throw new BugError(`frame of "${pixels.frame.camera}" lacks the full picture`);
    const stride = 3 * full.width;
    const { x, y } = pixels.region ?? { x: 0, y: 0 };
    const start = full.offset + y * stride + 3 * x;
    return { rgb: new Uint8Array(arena, start, (height - 1) * stride + 3 * width), stride, width, height };
  };
  return {
    view,
    copy(image) {
      const { rgb, stride, width, height } = view(image);
      // Not zeroed before all of it is written.
      const packed = new Uint8Array(Buffer.allocUnsafeSlow(3 * width * height).buffer);
      if (stride === 3 * width) packed.set(rgb);
      else for (let y = 0; y < height; y++) packed.set(rgb.subarray(y * stride, y * stride + 3 * width), 3 * y * width);
      return packed;
    },
  };
}
