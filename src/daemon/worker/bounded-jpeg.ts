import { encodeJpeg } from "../../blocks/encode-jpeg.ts";

export interface JpegBounds {
  quality: number;
  maxWidth: number;
  maxBytes: number;
}

interface Size {
  width: number;
  height: number;
}

/** Below it letters on a van cannot be read; a smaller picture is the better one then. */
const LEAST_QUALITY = 35;
const LEAST_WIDTH = 64;

/** A JPEG of packed rgb within a width and a number of bytes: of less quality first, then smaller. */
export async function encodeBounded(
  rgb: Uint8Array,
  size: Size,
  { quality, maxWidth, maxBytes }: JpegBounds,
): Promise<Size & { jpeg: Uint8Array }> {
  let width = Math.min(size.width, maxWidth);
  let asked = quality;
  for (;;) {
    const height = Math.max(1, Math.round((size.height * width) / size.width));
    const jpeg = await encodeJpeg(rgb, size, { quality: asked, within: { width } });
    if (jpeg.length <= maxBytes || (asked <= LEAST_QUALITY && width <= LEAST_WIDTH)) return { width, height, jpeg };
    if (asked > LEAST_QUALITY) asked = Math.max(LEAST_QUALITY, Math.round(asked * 0.7));
    else width = Math.max(LEAST_WIDTH, Math.round(width * Math.sqrt(maxBytes / jpeg.length) * 0.95));
  }
}
