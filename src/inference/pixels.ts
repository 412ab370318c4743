import sharp from "sharp";
import { BugError } from "../base/errors.ts";
import { fitting, letterbox } from "../kinds/frame.ts";
import type { ModelInput } from "./description.ts";
import type { OwnedPixels, PixelRef, RegionPixels } from "./request.ts";

/** The packed pixels of the model's input for one item; a view of the arena where the decoder already made them. */
export async function modelPixels(source: PixelRef, input: ModelInput, arena: Uint8Array): Promise<Uint8Array> {
  if (source.type === "fitted") return view(arena, source.offset, input.width * input.height * 3);
  const picture = source.type === "owned" ? source : cutOut(source, arena);
  return fitIn(picture, input);
}

/** Copies the region out of the arena: libvips reads no shared memory, and only these rows are needed. */
function cutOut(region: RegionPixels, arena: Uint8Array): OwnedPixels {
  const { frameWidth, frameHeight, x, y, width, height } = region;
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > frameWidth || y + height > frameHeight) {
    throw new BugError(`region ${width}x${height} at ${x},${y} is not inside ${frameWidth}x${frameHeight}`);
  }
  const frame = view(arena, region.offset, frameWidth * frameHeight * 3);
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * frameWidth + x) * 3;
    rgb.set(frame.subarray(start, start + width * 3), row * width * 3);
  }
  return { type: "owned", rgb, width, height };
}

async function fitIn(picture: OwnedPixels, input: ModelInput): Promise<Uint8Array> {
  const inner = input.fit === "stretch" ? input : letterbox(picture.width, picture.height, input.width, input.height);
  const scaled = await resize(picture, inner.width, inner.height);
  const { offsetX, offsetY } = fitting(input.fit, picture.width, picture.height, input.width, input.height);
  const pixels = new Uint8Array(input.width * input.height * 3).fill(input.pad);
  const stride = inner.width * 3;
  for (let row = 0; row < inner.height; row++) {
    pixels.set(scaled.subarray(row * stride, (row + 1) * stride), ((offsetY + row) * input.width + offsetX) * 3);
  }
  // The border is grey, so that the colours of the whole can be swapped at once.
  if (input.order === "bgr") swapRedAndBlue(pixels);
  return pixels;
}

async function resize({ rgb, width, height }: OwnedPixels, toWidth: number, toHeight: number): Promise<Uint8Array> {
  if (toWidth === width && toHeight === height) return rgb;
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(toWidth, toHeight, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
}

function swapRedAndBlue(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const red = pixels[at]!;
    pixels[at] = pixels[at + 2]!;
    pixels[at + 2] = red;
  }
}

function view(arena: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset < 0 || offset + length > arena.length) {
    throw new BugError(`${length} bytes at ${offset} are not inside the arena of ${arena.length} bytes`);
  }
  return arena.subarray(offset, offset + length);
}
