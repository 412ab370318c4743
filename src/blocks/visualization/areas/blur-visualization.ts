import { z } from "zod";
import { clippedRegion, putRaster, rasterAt } from "../../../drawing/area.ts";
import type { Canvas } from "../../../drawing/canvas.ts";
import { growMask } from "../../../drawing/grow-mask.ts";
import type { Detection } from "../../../kinds/detections.ts";
import type { Region } from "../../../kinds/image.ts";
import { forEachSpan, type Mask } from "../../../kinds/mask.ts";
import { boxMean } from "../../../vision/filters/box-mean.ts";
import type { Raster } from "../../../vision/raster.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { kernelOf } from "../area-fields.ts";
import { detectionFields, drawingBlock, drawn } from "../drawing-fields.ts";
import { wholeCorners } from "../whole-pixels.ts";

export const blurVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/blur_visualization@v1",
  aliases: ["BlurVisualization"],
  summary: "Blurs the detected objects, by their masks where they have one.",
  inputs: () =>
    z.object({
      ...detectionFields(),
      kernel_size: orRef(z.int(), "integer")
        .default(15)
        .describe("Pixels on a side of the square that is blurred into one pixel."),
      padding: orRef(z.int(), "integer").default(0).describe("Pixels around the object that are blurred too."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", kernel_size: 31 },
  run: ({ image, predictions, kernel_size, padding }, { services, step }) => {
    const size = kernelOf(kernel_size, step);
    const blurItem = (canvas: Canvas, { box, mask }: Detection) => {
      if (mask !== undefined) {
        blurMask(canvas, growMask(mask, Math.max(0, padding), canvas), size);
        return;
      }
      const [x1, y1, x2, y2] = wholeCorners(box);
      const area = clippedRegion([x1 - padding, y1 - padding, x2 + padding, y2 + padding], canvas);
      if (area.width > 0 && area.height > 0) putRaster(canvas, area, boxMean(rasterAt(canvas, area), size, "mirror"));
    };
    return {
      image: drawn(image, services.pixels, (canvas) => {
        for (const item of predictions.items) blurItem(canvas, item);
      }),
    };
  },
});

/** What lies around the smallest box of the mask has no part in it. */
function blurMask(canvas: Canvas, mask: Mask, size: number): void {
  if (mask.width === 0 || mask.height === 0) return;
  putMasked(canvas, mask, boxMean(rasterAt(canvas, mask), size, "mirror"));
}

function putMasked({ rgb, width }: Canvas, mask: Mask & Region, { data, stride }: Raster<3>): void {
  forEachSpan(mask, (x, top, bottom) => {
    for (let y = top; y < bottom; y++) {
      const from = (y - mask.y) * stride + (x - mask.x) * 3;
      const to = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) rgb[to + c] = data[from + c]!;
    }
  });
}
