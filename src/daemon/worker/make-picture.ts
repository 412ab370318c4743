import type { ResizeOptions } from "sharp";
import { encodeJpeg } from "../../blocks/encode-jpeg.ts";
import { type Image, isImage } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { contactSheet, SHEET_SIZE } from "./contact-sheet.ts";
import type { JpegForm, MadePicture, PictureWish, RawForm } from "./picture-wish.ts";

/** Makes the pictures that are wanted of a frame, in the order of the wishes; equal JPEGs are made once. */
export async function makePictures(
  wishes: readonly PictureWish[],
  row: Readonly<Record<string, unknown>>,
  { shown, pixels }: { shown: string | null; pixels: PixelService },
): Promise<(MadePicture | null)[]> {
  const made = new Map<string, Promise<MadePicture | null>>();
  const make = ({ output, form }: PictureWish): Promise<MadePicture | null> => {
    const name = output ?? shown;
    const value = name === null ? null : row[name];
    if (form.as === "raw") return raw(value, form, pixels);
    const key = JSON.stringify([name, form]);
    const picture = made.get(key) ?? jpeg(value, form, pixels);
    made.set(key, picture);
    return picture;
  };
  return Promise.all(wishes.map(make));
}

interface Packed {
  rgb: Uint8Array;
  width: number;
  height: number;
}

/** The picture of an output, or those of a list side by side. */
async function packed(value: unknown, pixels: PixelService): Promise<Packed | null> {
  if (isImage(value)) return { rgb: packedPixels(value, pixels), width: value.width, height: value.height };
  const images = Array.isArray(value) ? (value.flat(Number.POSITIVE_INFINITY) as unknown[]).filter(isImage) : [];
  return images.length === 0
    ? null
    : contactSheet(images.map((image) => ({ ...image, rgb: packedPixels(image, pixels) })));
}

export function packedPixels(image: Image, pixels: PixelService): Uint8Array {
  return image.pixels.type === "owned" ? image.pixels.rgb : pixels.copy(image);
}

async function jpeg(value: unknown, form: JpegForm, pixels: PixelService): Promise<MadePicture | null> {
  const picture = await packed(value, pixels);
  if (picture === null) return null;
  const { rgb, width, height } = picture;
  const within = form.width === null ? {} : { within: { width: form.width } };
  return { width, height, jpeg: await encodeJpeg(rgb, picture, { quality: form.quality, ...within }) };
}

async function raw(value: unknown, { place }: RawForm, pixels: PixelService): Promise<MadePicture | null> {
  if (place === null) return sizeOf(value);
  const picture = await packed(value, pixels);
  if (picture === null) return null;
  const { memory, offset, width, height } = place;
  const isFitting = picture.width === width && picture.height === height;
  const size = { width, height, fit: "contain", background: "black" } as const;
  const rgb = isFitting ? picture.rgb : await fitted(picture, size);
  new Uint8Array(memory, offset, 3 * width * height).set(rgb.subarray(0, 3 * width * height));
  return { width, height };
}

/** Known without drawing anything. */
function sizeOf(value: unknown): MadePicture | null {
  if (isImage(value)) return { width: value.width, height: value.height };
  const hasImages = Array.isArray(value) && (value.flat(Number.POSITIVE_INFINITY) as unknown[]).some(isImage);
  return hasImages ? { ...SHEET_SIZE } : null;
}

async function fitted({ rgb, width, height }: Packed, size: ResizeOptions): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(size)
    .raw()
    .toBuffer();
}
