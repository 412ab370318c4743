import { z } from "zod";
import { blendColor } from "../../../drawing/blend.ts";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { colorOf } from "../../../drawing/color.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { coveredFlags, opacityField } from "../area-fields.ts";
import { detectionFields, drawingBlock, drawn, needColor } from "../drawing-fields.ts";

export const backgroundColorVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/background_color_visualization@v1",
  aliases: ["BackgroundColorVisualization"],
  summary: "Covers everything outside the detections with one colour.",
  inputs: () =>
    z.object({
      ...detectionFields(),
      color: orRef(z.string(), "string").default("BLACK").describe("Colour of the cover."),
      opacity: opacityField().default(0.5).describe("How much of the colour covers the picture: 0 nothing, 1 all."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", opacity: 0.7 },
  run: ({ image, predictions, color, opacity }, { services, step }) => {
    needColor(image, step);
    const cover = { color: colorOf(color, step), opacity };
    return { image: drawn(image, services.pixels, (canvas) => coverBackground(canvas, predictions.items, cover)) };
  },
});

interface Cover {
  color: Color;
  opacity: number;
}

function coverBackground(canvas: Canvas, items: readonly Detection[], { color, opacity }: Cover): void {
  const before = canvas.rgb.slice();
  const flags = coveredFlags(items, canvas);
  blendColor(canvas, color, opacity);
  for (let from = flags.indexOf(1); from >= 0; ) {
    const end = flags.indexOf(0, from);
    const to = end < 0 ? flags.length : end;
    canvas.rgb.set(before.subarray(from * 3, to * 3), from * 3);
    from = flags.indexOf(1, to);
  }
}
