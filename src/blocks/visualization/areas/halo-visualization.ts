import { z } from "zod";
import { clippedRegion } from "../../../drawing/area.ts";
import { paintHalo } from "../../../drawing/halo.ts";
import type { ColoredMask } from "../../../drawing/paint-masks.ts";
import type { Detection } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";
import { type Mask, maskOf } from "../../../kinds/mask.ts";
import type { Size } from "../../../vision/raster.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import type { Services } from "../../contract/services.ts";
import { kernelOf, opacityField } from "../area-fields.ts";
import { colorsOf, type DrawingInputs, drawingBlock, drawingFields, drawn, needColor } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

const common = {
  ...drawingBlock,
  inputs: () =>
    z.object({
      ...drawingFields(),
      predictions: ref("instance_segmentation_prediction", "rle_instance_segmentation_prediction").describe(
        "Detections with masks, made on that picture.",
      ),
      opacity: opacityField()
        .default(0.8)
        .describe("Strength of the glow: 0 none, 1 the whole colour where it is brightest."),
      kernel_size: orRef(z.int(), "integer")
        .default(40)
        .describe("Twice as far as the glow reaches, in pixels; version 1 takes 40 whatever is set."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.segment.predictions", kernel_size: 60 },
} as const;

export const haloVisualizationV1 = defineBlock({
  ...common,
  type: "roboflow_core/halo_visualization@v1",
  aliases: ["HaloVisualization"],
  summary: "Draws a glow around masks, and around boxes where there is no mask.",
  run: (inputs, context) => ({ image: glowing(inputs, context, { isFlat: true, maskOfItem: maskOrBox }) }),
});

export const haloVisualizationV2 = defineBlock({
  ...common,
  type: "roboflow_core/halo_visualization@v2",
  summary: "Draws a glow around masks.",
  run: (inputs, context) => ({ image: glowing(inputs, context, { isFlat: false, maskOfItem: ({ mask }) => mask }) }),
});

/** As in the reference, where version 1 does not look at the property. */
const SIZE_OF_V1 = 40;

interface Inputs extends DrawingInputs {
  image: Image;
  predictions: { items: readonly Detection[] };
  opacity: number;
  kernel_size: number;
}

interface Version {
  isFlat: boolean;
  maskOfItem: (item: Detection, picture: Size) => Mask | undefined;
}

function glowing(
  { image, predictions, opacity, kernel_size, ...inputs }: Inputs,
  { services, step }: { services: Services; step: string },
  { isFlat, maskOfItem }: Version,
): Image {
  needColor(image, step);
  const colors = colorsOf(predictions.items, inputs, step);
  const halo = { opacity, size: isFlat ? SIZE_OF_V1 : kernelOf(kernel_size, step), isFlat };
  const masks = predictions.items.flatMap((item, i): ColoredMask[] => {
    const mask = maskOfItem(item, image);
    return mask === undefined ? [] : [{ mask, color: colors[i]! }];
  });
  return drawn(image, services.pixels, (canvas) => paintHalo(canvas, masks, halo));
}

function maskOrBox({ box, mask }: Detection, picture: Size): Mask {
  if (mask !== undefined) return mask;
  const area = clippedRegion(wholeCorners(box), picture);
  return maskOf(new Uint8Array(area.width * area.height).fill(1), area);
}
