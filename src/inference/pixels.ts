import { BugError } from "../base/errors.ts";
import { cover, fitting, letterbox, middle, type PicturePart, partIn } from "../kinds/frame.ts";
import type { ModelInput } from "./description.ts";
import type { Family } from "./families/family.ts";
import { withContrast } from "./picture-contrast.ts";
import type { ModelItem, PixelRef } from "./request.ts";
import { type PixelArea, resample } from "./resample.ts";

/** The packed pixels of the model's input for one item; a view of the arena where the decoder already made them. */
export function modelPixels(source: PixelRef, input: ModelInput, arena: Uint8Array): Uint8Array {
  if (source.type === "fitted") return view(arena, source.offset, input.width * input.height * 3);
  const whole = areaOf(source, arena);
  const area = input.part === undefined ? whole : partOf(whole, input.part);
  return fitInto(input, input.contrast === undefined ? area : withContrast(area, input));
}

/** The model's input for an item: its size where the family chooses one for each image. */
export function inputFor(input: ModelInput, { sizeFor }: Family, item: ModelItem): ModelInput {
  if (!input.isFree || sizeFor === undefined) return input;
  const { width, height } = seenOf(item, input);
  return { ...input, ...sizeFor({ width, height }, input) };
}

/** What of an image the model sees, in its pixels. */
export function seenOf({ width, height }: Pick<ModelItem, "width" | "height">, { part }: Pick<ModelInput, "part">) {
  return part === undefined ? { x: 0, y: 0, width, height } : partIn(part, { width, height });
}

function areaOf(source: Exclude<PixelRef, { type: "fitted" }>, arena: Uint8Array): PixelArea {
  if (source.type === "owned") {
    const { rgb, width, height } = source;
    return { pixels: view(rgb, 0, width * height * 3), offset: 0, stride: width * 3, width, height };
  }
  const { offset, frameWidth, frameHeight, x, y, width, height } = source;
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > frameWidth || y + height > frameHeight) {
    throw new BugError(`region ${width}x${height} at ${x},${y} is not inside ${frameWidth}x${frameHeight}`);
  }
  const pixels = view(arena, offset, frameWidth * frameHeight * 3);
  return { pixels, offset: (y * frameWidth + x) * 3, stride: frameWidth * 3, width, height };
}

function fitInto(input: ModelInput, area: PixelArea): Uint8Array {
  const pixels = new Uint8Array(input.width * input.height * 3).fill(input.pad);
  const stride = input.width * 3;
  const isSwapped = input.order === "bgr";
  if (input.fit === "cover_center") {
    resample(covering(area, input), { pixels, offset: 0, stride, width: input.width, height: input.height }, isSwapped);
    return pixels;
  }
  if (input.fit === "crop_center") {
    copyMiddle(area, { pixels, input });
    return pixels;
  }
  const inner = input.fit === "stretch" ? input : letterbox(area.width, area.height, input.width, input.height);
  const { offsetX, offsetY } = fitting(input.fit, area.width, area.height, input.width, input.height);
  const { width, height } = inner;
  resample(area, { pixels, offset: offsetY * stride + offsetX * 3, stride, width, height }, isSwapped);
  return pixels;
}

function partOf(area: PixelArea, part: PicturePart): PixelArea {
  const { x, y, width, height } = partIn(part, area);
  return { ...area, offset: area.offset + y * area.stride + x * 3, width, height };
}

/** The middle of an area as it is, but for the order of colours. */
function copyMiddle(area: PixelArea, { pixels, input }: { pixels: Uint8Array; input: ModelInput }): void {
  const [x, y] = [middle(area.width, input.width), middle(area.height, input.height)];
  const isSwapped = input.order === "bgr";
  for (let row = 0; row < y.length; row++) {
    const from = area.offset + (y.from + row) * area.stride + x.from * 3;
    const line = area.pixels.subarray(from, from + x.length * 3);
    const to = ((y.to + row) * input.width + x.to) * 3;
    pixels.set(isSwapped ? swapped(line) : line, to);
  }
}

function swapped(line: Uint8Array): Uint8Array {
  return line.map((_, i) => line[i - (i % 3) + 2 - (i % 3)]!);
}

/** The middle of an area, of the shape of the input. */
function covering(area: PixelArea, input: ModelInput): PixelArea {
  const { x, y, width, height } = cover(area.width, area.height, input.width, input.height);
  return { ...area, offset: area.offset + y * area.stride + x * 3, width, height };
}

function view(buffer: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset < 0 || offset + length > buffer.length) {
    throw new BugError(`${length} bytes at ${offset} are not inside a buffer of ${buffer.length} bytes`);
  }
  return buffer.subarray(offset, offset + length);
}
