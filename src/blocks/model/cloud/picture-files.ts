import type { Raster } from "../../../vision/raster.ts";

// The codecs are loaded when they are first needed.

/** A PNG file of a packed or strided picture of one channel or three. */
export async function encodePng({ data, width, height, stride, channels }: Raster): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const row = width * channels;
  const packed = stride === row ? data.subarray(0, row * height) : new Uint8Array(row * height);
  if (stride !== row) {
    for (let y = 0; y < height; y++) packed.set(data.subarray(y * stride, y * stride + row), y * row);
  }
  // The way there is short and fast beside the time that the answer takes.
  const picture = sharp(packed, { raw: { width, height, channels } }).png({ compressionLevel: 3 });
  return Uint8Array.from(await picture.toBuffer());
}

/** A small file may hold a picture of gigabytes. */
const MOST_PIXELS = 64 * 2 ** 20;

/** The pixels of a PNG, JPEG or WebP file; transparency is left out. */
export async function decodePicture(bytes: Uint8Array): Promise<Raster> {
  const { default: sharp } = await import("sharp");
  const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS }).rotate().toColourspace("srgb").removeAlpha();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { data: new Uint8Array(data), width, height, stride: width * 3, channels: 3 };
}
