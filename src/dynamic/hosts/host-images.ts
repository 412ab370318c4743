import { readSync } from "node:fs";
import { MillraceError } from "../../base/errors.ts";
import type { Image, PixelSource } from "../../kinds/image.ts";
import type { PixelService, PixelView } from "../../kinds/pixel-service.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";
import { placementFromIpc, placementToIpc } from "../ipc/placement.ts";
import type { ImageCodec, IpcWriter } from "../ipc/values.ts";

const DESCRIPTOR = 4;
const HEADER_BYTES = 64;
/**
 * Places begin at pages, and so do large buffers. A copy between places that agree in their lowest twelve bits is six
 * times slower than any other on many processors, so pixels are read to the middle of a page.
 */
const LEAD_BYTES = 2048;

/** Where the daemon put the pixels of a picture. */
interface Place {
  offset: number;
  generation: number;
}

/** Pixels that are read from shared memory on first use. */
interface SharedPixels {
  type: "shared";
  index: number;
}

/** Pictures of a call as the code has them; their pixels hold until the next call. */
export class HostImages implements ImageCodec, PixelService {
  #places: readonly Place[] = [];
  readonly #buffers: Buffer[] = [];
  readonly #isRead: boolean[] = [];

  begin(places: unknown): void {
    this.#places = places as Place[];
    this.#isRead.length = 0;
  }

  fromIpc(json: Record<string, unknown>): Image {
    const { index, width, height, parent_id: parentId, parent, root, video } = json;
    const shared: SharedPixels = { type: "shared", index: Number(index) };
    return {
      kind: "image",
      width: Number(width),
      height: Number(height),
      // Of the pixels code sees no more than what `self.pixels` makes of them.
      pixels: shared as unknown as PixelSource,
      parentId: String(parentId),
      parent: parent === null ? null : placementFromIpc(parent),
      root: placementFromIpc(root),
      video: video as VideoMetadata | null,
    };
  }

  toIpc({ width, height, pixels, parentId, parent, root, video }: Image, writer: IpcWriter): Record<string, unknown> {
    const identity = {
      parent_id: parentId,
      parent: placementToIpc(parent),
      root: placementToIpc(root),
      video: video ?? null,
    };
    const shared = sharedPixels(pixels);
    if (shared !== null) return { index: shared.index, ...identity };
    if (pixels.type !== "owned" || !(pixels.rgb instanceof Uint8Array) || pixels.rgb.length !== 3 * width * height) {
      throw writer.refuse("a picture whose pixels are not its own, or not of its size");
    }
    return { s: writer.add("image", pixels.rgb), width, height, ...identity };
  }

  readonly view = (image: Image): PixelView => {
    const { width, height, pixels } = image;
    const shared = sharedPixels(pixels);
    if (shared === null) {
      return { rgb: pixels.type === "owned" ? pixels.rgb : new Uint8Array(), stride: 3 * width, width, height };
    }
    return { rgb: this.#read(shared.index, 3 * width * height), stride: 3 * width, width, height };
  };

  readonly copy = (image: Image): Uint8Array => new Uint8Array(this.view(image).rgb);

  #read(index: number, bytes: number): Uint8Array {
    const place = this.#places[index];
    if (place === undefined) throw new MillraceError("DYNAMIC_VALUE", "the picture is of an earlier call");
    let buffer = this.#buffers[index];
    const start = LEAD_BYTES + HEADER_BYTES;
    if (buffer?.length !== start + bytes) buffer = Buffer.alloc(start + bytes);
    this.#buffers[index] = buffer;
    if (this.#isRead[index] !== true) {
      readSync(DESCRIPTOR, buffer, LEAD_BYTES, HEADER_BYTES + bytes, place.offset);
      if (Number(buffer.readBigUInt64LE(LEAD_BYTES)) !== place.generation) {
        throw new MillraceError("DYNAMIC_VALUE", "the picture was overwritten");
      }
      this.#isRead[index] = true;
    }
    return buffer.subarray(start);
  }
}

function sharedPixels(pixels: PixelSource | SharedPixels): SharedPixels | null {
  return pixels?.type === "shared" ? pixels : null;
}
