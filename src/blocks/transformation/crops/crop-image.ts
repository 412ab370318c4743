import type { Image, Region } from "../../../kinds/image.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import { cutPixels } from "./cut-pixels.ts";

/** A part of a picture as a picture of its own that knows where it comes from. It carries no video: it is no frame of one. */
export function cropOf(image: Image, { region, id }: { region: Region; id: string }, pixels: PixelService): Image {
  const { x, y, width, height } = region;
  const { root } = image;
  return {
    kind: "image",
    pixels: cutPixels(image, region, pixels),
    video: null,
    width,
    height,
    parentId: id,
    parent: { id: image.parentId, width: image.width, height: image.height, offsetX: x, offsetY: y },
    root: { ...root, offsetX: root.offsetX + x, offsetY: root.offsetY + y },
  };
}
