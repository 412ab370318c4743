import { z } from "zod";
import { type Color, fillMask } from "../../drawing/canvas.ts";
import { strokePolygon } from "../../drawing/lines.ts";
import { fillHoles } from "../../vision/filters/fill-holes.ts";
import { greyOf, rgbOf } from "../../vision/grey.ts";
import type { Raster } from "../../vision/raster.ts";
import { type Contour, contoursOf } from "../../vision/shapes/contours.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { rasterOf, withRaster } from "../rasters.ts";
import { pictureField } from "./filter-fields.ts";

export const contoursDetectionV1 = defineBlock({
  type: "roboflow_core/contours_detection@v1",
  category: "vision",
  summary: "Finds the outlines of the groups of pixels that are not black, and draws them on the grey picture.",
  inputs: () =>
    z.object({
      image: pictureField(),
      line_thickness: orRef(z.int(), "integer")
        .default(3)
        .describe(
          "Width of the lines in pixels; an even width is one more, 0 is 1, and below 0 the outlines are filled.",
        ),
    }),
  synonyms: { image: ["images"] },
  outputs: { image: "image", contours: "contours", hierarchy: "numpy_array", number_contours: "integer" },
  needs: ["pixels"],
  example: { image: "$steps.threshold.image", line_thickness: 2 },
  run: ({ image, line_thickness }, { services }) => {
    const grey = greyOf(rasterOf(image, services.pixels));
    // From the lowest one up, as in the reference.
    const found = contoursOf(grey)
      .filter(({ isOutermost }) => isOutermost)
      .reverse();
    return {
      image: withRaster(image, drawn(grey, found, line_thickness)),
      contours: found.map(({ points }) => points.map((point) => [point])),
      hierarchy: found.length === 0 ? null : [found.map((_, i) => neighbours(i, found.length))],
      number_contours: found.length,
    };
  },
});

/** The next, the one before, the first inside and the one around; -1 for none, as always for the last two of outermost ones. */
function neighbours(i: number, count: number): number[] {
  return [i + 1 < count ? i + 1 : -1, i - 1, -1, -1];
}

const COLOR: Color = [255, 0, 255];

function drawn(grey: Raster<1>, contours: readonly Contour[], thickness: number): Raster<3> {
  const rgb = rgbOf(grey);
  const canvas = { rgb: rgb.data, width: rgb.width, height: rgb.height };
  if (thickness < 0) {
    const { data: alpha, width, height } = fillHoles(grey);
    fillMask(canvas, { alpha, width, height, x: 0, y: 0 }, COLOR);
  }
  for (const { points } of contours) strokePolygon(canvas, points, { thickness, color: COLOR });
  return rgb;
}
