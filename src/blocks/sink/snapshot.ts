import type { Image } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { encodeJpeg } from "../encode-jpeg.ts";

const QUALITY = 90;

/** Copies the pixels of an image, whose frame may be gone when it is sent; the function encodes them as JPEG. */
export function snapshot(image: Image, pixels: PixelService): () => Promise<Uint8Array> {
  const rgb = pixels.copy(image);
  return () => encodeJpeg(rgb, image, { quality: QUALITY });
}
