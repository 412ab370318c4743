import { MillraceError } from "../../base/errors.ts";
import type { Image } from "../../kinds/image.ts";
import type { PixelService, PixelView } from "../../kinds/pixel-service.ts";
import { isVideoMetadata } from "../../kinds/video-metadata.ts";
import { placementFromIpc, placementToIpc } from "../ipc/placement.ts";
import type { ImageCodec, IpcReader } from "../ipc/values.ts";
import type { SharedFrames } from "./child-frames.ts";

/** Pictures of one call: those of its inputs are put into shared memory, and recognised when they come back. */
export class CallImages implements ImageCodec {
  readonly #pixels: PixelService;
  readonly #frames: SharedFrames;
  readonly #images: Image[] = [];
  readonly #entries: Record<string, unknown>[] = [];

  constructor(pixels: PixelService, frames: SharedFrames) {
    this.#pixels = pixels;
    this.#frames = frames;
  }

  toIpc(image: Image): Record<string, unknown> {
    const known = this.#images.indexOf(image);
    const found = this.#entries[known];
    if (found !== undefined) return found;
    const { width, height, parentId, parent, root, video } = image;
    const entry = {
      index: this.#images.push(image) - 1,
      width,
      height,
      stride: 3 * width,
      format: "rgb24",
      parent_id: parentId,
      parent: placementToIpc(parent),
      root: placementToIpc(root),
      video,
    };
    this.#entries.push(entry);
    return entry;
  }

  /** Where the pixels of the pictures lie, in the order of their numbers. */
  share(): Record<string, unknown>[] {
    const views: PixelView[] = this.#images.map((image) => this.#pixels.view(image));
    return this.#frames.write(views).map((place) => ({ ...place }));
  }

  fromIpc(json: Record<string, unknown>, reader: IpcReader): Image {
    if (json["index"] === undefined) return newImage(json, reader);
    const image = typeof json["index"] === "number" ? this.#images[json["index"]] : undefined;
    if (image === undefined) throw garbled("that was not among the inputs");
    return json["parent_id"] === undefined ? image : { ...image, ...identity(json) };
  }
}

function newImage(json: Record<string, unknown>, reader: IpcReader): Image {
  const { width, height } = json;
  const { data, dtype } = reader.take(json["s"]);
  const isSize = isCount(width) && isCount(height) && data.length === 3 * width * height;
  if (!isSize || dtype !== "uint8" || !(data instanceof Uint8Array)) throw garbled("of another size than it says");
  return { kind: "image", width, height, pixels: { type: "owned", rgb: data, width, height }, ...identity(json) };
}

function identity(json: Record<string, unknown>): Pick<Image, "parentId" | "parent" | "root" | "video"> {
  const { parent_id: parentId, parent, root, video } = json;
  if (typeof parentId !== "string") throw garbled("without a name");
  if (video !== null && !isVideoMetadata(video)) throw garbled("with video metadata that lack a part");
  return {
    parentId,
    parent: parent === null ? null : placementFromIpc(parent),
    root: placementFromIpc(root),
    video,
  };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function garbled(what: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent a picture ${what}`);
}
