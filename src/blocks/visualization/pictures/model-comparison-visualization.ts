import { z } from "zod";
import { blendColor } from "../../../drawing/blend.ts";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { colorOf } from "../../../drawing/color.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { coveredFlags, opacityField } from "../area-fields.ts";
import { canvasFields, DRAWN_KINDS, drawingBlock, drawn, needColor } from "../drawing-fields.ts";

export const modelComparisonVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/model_comparison_visualization@v1",
  summary: "Shows by colour where two models agree: what both found stays as it is.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      predictions_a: ref(...DRAWN_KINDS).describe("Detections of one model."),
      color_a: orRef(z.string(), "string").default("GREEN").describe("Colour of what that model alone found."),
      predictions_b: ref(...DRAWN_KINDS).describe("Detections of the other model."),
      color_b: orRef(z.string(), "string").default("RED").describe("Colour of what the other model alone found."),
      background_color: orRef(z.string(), "string").default("BLACK").describe("Colour of what neither of them found."),
      opacity: opacityField().default(0.7).describe("How much of the colours covers the picture: 0 nothing, 1 all."),
    }),
  example: {
    image: "$inputs.image",
    predictions_a: "$steps.before.predictions",
    predictions_b: "$steps.after.predictions",
  },
  run: ({ image, predictions_a, predictions_b, opacity, ...inputs }, { services, step }) => {
    needColor(image, step);
    const [ground, onlyA, onlyB] = [inputs.background_color, inputs.color_a, inputs.color_b].map((color) =>
      colorOf(color, step),
    ) as [Color, Color, Color];
    return {
      image: drawn(image, services.pixels, (canvas) => {
        const found = coveredFlags(predictions_a.items, canvas);
        for (const [at, flag] of coveredFlags(predictions_b.items, canvas).entries()) found[at]! += 2 * flag;
        tint(canvas, found, { colors: [ground, onlyA, onlyB], opacity });
      }),
    };
  },
});

/** Covers each pixel with the colour of its flag; flags without colour leave it. */
function tint(
  canvas: Canvas,
  flags: Uint8Array,
  { colors, opacity }: { colors: readonly Color[]; opacity: number },
): void {
  const tinted = colors.map((color) => {
    const layer = { ...canvas, rgb: canvas.rgb.slice() };
    blendColor(layer, color, opacity);
    return layer.rgb;
  });
  for (let at = 0; at < flags.length; at++) {
    const from = tinted[flags[at]!];
    if (from !== undefined) for (let i = at * 3; i < at * 3 + 3; i++) canvas.rgb[i] = from[i]!;
  }
}
