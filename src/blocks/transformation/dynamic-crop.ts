import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { Detection, Detections } from "../../kinds/detections.ts";
import type { Image, Region } from "../../kinds/image.ts";
import { defineBlock } from "../block.ts";
import { orRef, ref } from "../fields.ts";
import type { PixelService } from "../services.ts";
import { cutPixels } from "./cut-pixels.ts";

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
  inputs: z.object({
    images: ref("image").describe("Pictures to cut from."),
    predictions: ref(...detectionKinds).describe("Detections on those pictures; their ids name the crops."),
    mask_opacity: orRef(z.number().min(0).max(1), "float_zero_to_one")
      .default(0)
      .describe(
        "How much of background_color covers what is outside a mask; detections here have no masks, so only 0.",
      ),
    background_color: orRef(
      z.union([z.string(), z.array(z.number()).length(3, { error: "a colour has three numbers" })]),
      "string",
      "rgb_color",
    )
      .default([0, 0, 0])
      .describe("Colour for outside a mask."),
  }),
  synonyms: { images: ["image"], predictions: ["detections"] },
  outputs: { crops: "image", predictions: detectionKinds },
  batches: ["images", "predictions"],
  outputOffset: 1,
  needs: ["pixels"],
  example: { images: "$inputs.image", predictions: "$steps.detect.predictions" },
  run: ({ images, predictions, mask_opacity }, { services, step }) => {
    if (mask_opacity > 0) throw noMasks(step);
    return predictions.items.map((item) => cropOf(item, { image: images, predictions }, services.pixels));
  },
});

function cropOf(
  item: Detection,
  { image, predictions }: { image: Image; predictions: Detections },
  pixels: PixelService,
) {
  const region = regionOf(item.box, image);
  if (region === null) return { crops: null, predictions: null };
  const { x, y, width, height } = region;
  const { root } = image;
  const place = {
    width,
    height,
    parentId: item.detectionId,
    parent: { id: image.parentId, width: image.width, height: image.height, offsetX: x, offsetY: y },
    root: { ...root, offsetX: root.offsetX + x, offsetY: root.offsetY + y },
  };
  const [x1, y1, x2, y2] = item.box;
  const moved: Detection = { ...item, box: [x1 - x, y1 - y, x2 - x, y2 - y] };
  return {
    // As in the reference a crop carries no video: it is no frame of one.
    crops: { kind: "image", pixels: cutPixels(image, region, pixels), video: null, ...place } satisfies Image,
    predictions: { ...predictions, items: [moved], ...place },
  };
}

/** The box in whole pixels of the picture, null when nothing of it lies inside. */
function regionOf([x1, y1, x2, y2]: Detection["box"], { width, height }: Image): Region | null {
  const left = Math.max(0, toEven(x1));
  const top = Math.max(0, toEven(y1));
  const right = Math.min(width, toEven(x2));
  const bottom = Math.min(height, toEven(y2));
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

function noMasks(step: string): StepError {
  const message = `step "${step}": mask_opacity is above 0, but the detections have no masks; set it to 0`;
  return new StepError("STEP_NO_MASKS", message, { step });
}

/** Python rounds halves to the even neighbour, and so do the reference's boxes. */
function toEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}
