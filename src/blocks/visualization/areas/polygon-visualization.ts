import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import type { Color } from "../../../drawing/canvas.ts";
import { strokePolygon } from "../../../drawing/lines.ts";
import { contoursOf } from "../../../kinds/contour.ts";
import type { Detection } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";
import { clipMask, type Mask, pixelsOf } from "../../../kinds/mask.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { colorsOf, type DrawingInputs, drawingFields, drawn } from "../drawing-fields.ts";

const inputs = lazy(() =>
  z.object({
    ...drawingFields(),
    predictions: ref("instance_segmentation_prediction", "rle_instance_segmentation_prediction").describe(
      "Detections with masks, made on that picture.",
    ),
    thickness: orRef(z.int(), "integer")
      .default(2)
      .describe("Width of the lines in pixels; an even width is one more."),
  }),
);

const common = {
  category: "visualization",
  inputs,
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", predictions: "$steps.segment.predictions", thickness: 3 },
} as const;

export const polygonVisualizationV1 = defineBlock({
  ...common,
  type: "roboflow_core/polygon_visualization@v1",
  aliases: ["PolygonVisualization"],
  summary: "Draws the outlines of masks within their boxes, and boxes where there is no mask.",
  run: (values, { services, step }) => {
    return { image: outlined(values, { pixels: services.pixels, step, linesOf: (item) => linesInBox(item) }) };
  },
});

export const polygonVisualizationV2 = defineBlock({
  ...common,
  type: "roboflow_core/polygon_visualization@v2",
  summary: "Draws the outlines of masks, holes included.",
  run: (values, { services, step }) => {
    const linesOf = ({ mask }: Detection) => (mask === undefined ? [] : outlines(mask));
    return { image: outlined(values, { pixels: services.pixels, step, linesOf }) };
  },
});

type Line = readonly (readonly [number, number])[];

interface Inputs extends DrawingInputs {
  image: Image;
  predictions: { items: readonly Detection[] };
  thickness: number;
}

interface Drawing {
  pixels: PixelService;
  step: string;
  linesOf: (item: Detection) => readonly Line[];
}

function outlined({ image, predictions, thickness, ...inputs }: Inputs, { pixels, step, linesOf }: Drawing): Image {
  const colors: readonly Color[] = colorsOf(predictions.items, inputs, step);
  return drawn(image, pixels, (canvas) => {
    predictions.items.forEach((item, i) => {
      for (const line of linesOf(item)) strokePolygon(canvas, line, { thickness, color: colors[i]! });
    });
  });
}

function linesInBox({ box, mask }: Detection): Line[] {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box.map(Math.trunc);
  if (mask === undefined) return [[[x1, y1], [x1, y2], [x2, y2], [x2, y1]]]; // biome-ignore format: a box
  return outlines(clipMask(mask, { x: x1, y: y1, width: x2 - x1, height: y2 - y1 }));
}

/** Borders of fewer than three points are no outlines. */
function outlines(mask: Mask): Line[] {
  const contours = contoursOf({ ...mask, bits: pixelsOf(mask) });
  return contours.map(({ points }) => points).filter((points) => points.length >= 3);
}
