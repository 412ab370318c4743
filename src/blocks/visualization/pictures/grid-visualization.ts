import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { pasteRaster } from "../../../drawing/paste.ts";
import { type Image, isImage } from "../../../kinds/image.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import { rgbOf } from "../../../vision/grey.ts";
import { newRaster, type Raster, type Size } from "../../../vision/raster.ts";
import { resize } from "../../../vision/warps/resize.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, refListOrRef } from "../../contract/fields.ts";
import { rasterOf, withRaster } from "../../rasters.ts";

export const gridVisualizationV1 = defineBlock({
  type: "roboflow_core/grid_visualization@v1",
  category: "visualization",
  summary: "Lays several pictures out in a square grid.",
  inputs: () =>
    z.object({
      images: refListOrRef("image", "list_of_values").describe(
        "Pictures, or one list of them such as that of a buffer.",
      ),
      width: orRef(z.int(), "integer").default(2560).describe("Width of the whole in pixels."),
      height: orRef(z.int(), "integer").default(1440).describe("Height of the whole in pixels."),
    }),
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { images: ["$inputs.front", "$inputs.back"], width: 1280, height: 720 },
  run: ({ images, width, height }, { services, step }) => {
    checkSize({ width, height }, step);
    const pictures = [images].flat(2).map((image) => pictureOf(image, step));
    const first = pictures.find((picture) => picture !== null);
    if (first === undefined) return { image: null };
    return { image: withRaster(first, grid(pictures, { width, height }, services.pixels)) };
  },
});

function pictureOf(value: unknown, step: string): Image | null {
  if (value === null || value === undefined) return null;
  if (isImage(value)) return value;
  throw new StepError("STEP_INPUT", `step "${step}": images has a value that is no picture`, { step });
}

function checkSize({ width, height }: Size, step: string): void {
  if (width >= 1 && height >= 1 && width * height <= MOST_PIXELS) return;
  const message = `step "${step}": width and height are ${width} and ${height}, expected 1 or more, and ${MOST_PIXELS} pixels at most`;
  throw new StepError("STEP_INPUT", message, { step });
}

const MOST_PIXELS = 1 << 26;

/** As many columns as rows, each picture in the middle of its cell; null leaves its cell black. */
function grid(pictures: readonly (Image | null)[], { width, height }: Size, pixels: PixelService): Raster<3> {
  const whole = newRaster({ width, height }, 3);
  const side = Math.ceil(Math.sqrt(pictures.length));
  const cell = { width: Math.floor(width / side), height: Math.floor(height / side) };
  for (const [i, picture] of pictures.entries()) {
    const size = picture === null ? null : fitting(picture, cell);
    if (picture === null || size === null) continue;
    const [column, row] = [i % side, Math.floor(i / side)];
    const x = column * cell.width + Math.floor((cell.width - size.width) / 2);
    const y = row * cell.height + Math.floor((cell.height - size.height) / 2);
    pasteRaster({ rgb: whole.data, width, height }, [x, y], resize(rgbOf(rasterOf(picture, pixels)), size));
  }
  return whole;
}

/** The largest size of the picture's shape in the cell; null where less than a pixel is left. */
function fitting(picture: Size, cell: Size): Size | null {
  const scale = Math.min(cell.width / picture.width, cell.height / picture.height);
  const size = { width: Math.trunc(picture.width * scale), height: Math.trunc(picture.height * scale) };
  return size.width < 1 || size.height < 1 ? null : size;
}
