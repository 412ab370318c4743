import { z } from "zod";
import { rasterAt, slicedRegion } from "../../../drawing/area.ts";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { pasteRaster } from "../../../drawing/paste.ts";
import { resizeLinear } from "../../../drawing/resize-linear.ts";
import { strokeBox } from "../../../drawing/strokes.ts";
import { ANCHORS, type Anchor, type Point } from "../../../kinds/anchor.ts";
import type { Detection } from "../../../kinds/detections.ts";
import type { Raster } from "../../../vision/raster.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { colorsOf, drawingBlock, drawingFields, drawn, needColor } from "../drawing-fields.ts";
import { wholeAnchor, wholeCorners } from "../whole-pixels.ts";

export const cropVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/crop_visualization@v1",
  aliases: ["CropVisualization"],
  summary: "Shows enlarged cuts of the detected objects beside them.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      position: orRef(z.enum(ANCHORS), "string")
        .default("TOP_CENTER")
        .describe("Point of the object that the cut lies at, outside the box except at its centre."),
      scale_factor: orRef(z.number(), "float").default(2).describe("How much larger than the object the cut is."),
      border_thickness: orRef(z.int(), "integer")
        .default(2)
        .describe("Width of the line around the cut in pixels; 0 is 1."),
    }),
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", scale_factor: 3 },
  run: ({ image, predictions, position, scale_factor, border_thickness: thickness, ...inputs }, { services, step }) => {
    needColor(image, step);
    const { items } = predictions;
    const colors = colorsOf(items, inputs, step);
    const anchors = items.map((item) => wholeAnchor(item, position, step));
    const draw = (canvas: Canvas) => {
      const cuts = items.map((item) => enlarged(canvas, item, scale_factor));
      for (const [i, cut] of cuts.entries()) {
        if (cut !== null) drawCut(canvas, cut, { at: anchors[i]!, position, thickness, color: colors[i]! });
      }
    };
    return { image: drawn(image, services.pixels, draw) };
  },
});

/** Null where nothing of the object is in the picture. */
function enlarged(canvas: Canvas, { box }: Detection, factor: number): Raster<3> | null {
  const area = slicedRegion(wholeCorners(box), canvas);
  const size = { width: largest(area.width * factor), height: largest(area.height * factor) };
  if (size.width < 1 || size.height < 1) return null;
  return resizeLinear(rasterAt(canvas, area), size);
}

/** Far more than a picture shows, and little enough to be made. */
function largest(side: number): number {
  return Math.min(Math.trunc(side), 8192);
}

interface CutPlace {
  at: Point;
  position: Anchor;
  thickness: number;
  color: Color;
}

function drawCut(canvas: Canvas, cut: Raster<3>, { at, position, thickness, color }: CutPlace): void {
  const [x1, x2] = sidesOf(at[0], cut.width, position.endsWith("LEFT") ? -1 : position.endsWith("RIGHT") ? 1 : 0);
  const [y1, y2] = sidesOf(at[1], cut.height, position.startsWith("TOP") ? -1 : position.startsWith("BOTTOM") ? 1 : 0);
  pasteRaster(canvas, [x1, y1], cut);
  strokeBox(canvas, [x1, y1, x2, y2], { thickness, color });
}

/** Before a place, around or after it. */
function sidesOf(at: number, size: number, direction: -1 | 0 | 1): readonly [number, number] {
  if (direction === 0) return [at - Math.floor(size / 2), at + Math.floor(size / 2)];
  return direction < 0 ? [at - size, at] : [at, at + size];
}
