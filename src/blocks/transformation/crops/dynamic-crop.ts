import { z } from "zod";
import type { Color } from "../../../drawing/canvas.ts";
import { colorOf } from "../../../drawing/color.ts";
import { type Bitmap, bitmapOf, isInBitmap } from "../../../kinds/bitmap.ts";
import { type Detection, type Detections, shifted, withItems } from "../../../kinds/detections.ts";
import type { Image, Region } from "../../../kinds/image.ts";
import { clipMask } from "../../../kinds/mask.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { regionOf } from "./box-region.ts";
import { cropOf } from "./crop-image.ts";

const detectionKinds = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "keypoint_detection_prediction",
] as const;

export const dynamicCropV1 = defineBlock({
  type: "roboflow_core/dynamic_crop@v1",
  aliases: ["DynamicCrop", "Crop"],
  category: "transformation",
  summary: "Cuts one picture out of a picture for each detection, and the detection with it.",
  inputs: () =>
    z.object({
      images: ref("image").describe("Pictures to cut from."),
      predictions: ref(...detectionKinds).describe("Detections on those pictures; their ids name the crops."),
      mask_opacity: orRef(z.number().min(0).max(1), "float_zero_to_one")
        .default(0)
        .describe("How much of background_color covers what is outside of a detection's mask; without a mask nothing."),
      background_color: orRef(
        z.union([z.string(), z.array(z.number()).length(3, { error: "a colour has three numbers" })]),
        "string",
        "rgb_color",
      )
        .default([0, 0, 0])
        .describe("Colour for outside a mask: a text, or red, green and blue."),
    }),
  synonyms: { images: ["image"], predictions: ["detections"] },
  outputs: { crops: "image", predictions: detectionKinds },
  batches: ["images", "predictions"],
  outputOffset: 1,
  needs: ["pixels"],
  example: { images: "$inputs.image", predictions: "$steps.detect.predictions" },
  run: ({ images, predictions, mask_opacity, background_color }, { services, step }) => {
    const cover = mask_opacity > 0 ? { opacity: mask_opacity, color: backgroundOf(background_color, step) } : null;
    return predictions.items.map((item) => {
      return cropped(item, { image: images, predictions, cover }, services.pixels);
    });
  },
});

interface Around {
  image: Image;
  predictions: Detections;
  /** What covers everything outside of masks. */
  cover: { opacity: number; color: Color } | null;
}

function cropped(item: Detection, { image, predictions, cover }: Around, pixels: PixelService) {
  const region = regionOf(item.box, image);
  if (region === null) return { crops: null, predictions: null };
  const mask = cover === null ? null : bitmapOf(item);
  const crop = cropOf(image, { region, id: item.detectionId }, pixels);
  return {
    crops: mask === null || cover === null ? crop : covered(crop, { mask, region, ...cover }, pixels),
    // In pixels of the crop, though they go on naming the picture that it was cut from.
    predictions: withItems(predictions, [shifted(within(item, region), -region.x, -region.y)]),
  };
}

/** Of its mask only what lies in the crop. */
function within(item: Detection, region: Region): Detection {
  return item.mask === undefined ? item : { ...item, mask: clipMask(item.mask, region) };
}

interface Cover {
  mask: Bitmap;
  region: Region;
  opacity: number;
  color: Color;
}

function covered(crop: Image, { mask, region, opacity, color }: Cover, pixels: PixelService): Image {
  const { width, height } = crop;
  const rgb = pixels.copy(crop);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isInBitmap(mask, region.x + x, region.y + y)) continue;
      const at = 3 * (y * width + x);
      for (const [channel, value] of color.entries()) {
        rgb[at + channel] = Math.round(opacity * value + (1 - opacity) * (rgb[at + channel] ?? 0));
      }
    }
  }
  return { ...crop, pixels: { type: "owned", rgb, width, height } };
}

function backgroundOf(value: unknown, step: string): Color {
  const bare = typeof value === "string" ? /^\((.*)\)$/.exec(value.trim())?.[1] : undefined;
  if (bare !== undefined) return colorOf(`rgb(${bare})`, step);
  if (!Array.isArray(value)) return colorOf(String(value), step);
  return colorOf(`rgb(${value.join(", ")})`, step);
}
