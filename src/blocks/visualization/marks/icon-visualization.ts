import { z } from "zod";
import { pasteRaster, pasteTransparent } from "../../../drawing/paste.ts";
import { ANCHORS, type Point, pointOf } from "../../../kinds/anchor.ts";
import type { Size } from "../../../vision/raster.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { canvasFields, DRAWN_KINDS, drawingBlock, drawnQuickly } from "../drawing-fields.ts";
import { wholePoint } from "../whole-pixels.ts";
import { fittedIcon } from "./fitted-icon.ts";

export const iconVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/icon_visualization@v1",
  aliases: ["IconVisualization"],
  summary: "Draws an icon at a fixed place or on every detection.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      icon: ref("image").describe("Picture to draw, with its transparency where it was read with one."),
      mode: orRef(z.enum(["static", "dynamic"]), "string")
        .default("dynamic")
        .describe("Whether the icon stands at a place of the picture or on each detection."),
      predictions: ref(...DRAWN_KINDS)
        .nullable()
        .default(null)
        .describe("Detections, made on that picture; for dynamic."),
      icon_width: orRef(z.int(), "integer").default(64).describe("Most pixels across; the icon keeps its shape."),
      icon_height: orRef(z.int(), "integer").default(64).describe("Most pixels down."),
      position: orRef(z.enum(ANCHORS), "string")
        .default("TOP_CENTER")
        .describe("Point of the object in the icon's middle."),
      x_position: orRef(z.int(), "integer")
        .default(10)
        .describe("Pixels from the left, for static; below 0 from the right, to the icon's right side."),
      y_position: orRef(z.int(), "integer")
        .default(10)
        .describe("Pixels from the top, for static; below 0 from the bottom, to the icon's lower side."),
    }),
  check: ({ mode, predictions }) => {
    if (mode !== "dynamic" || predictions !== null) return [];
    return [{ property: "predictions", what: 'is missing; an icon of the mode "dynamic" is drawn on each of them' }];
  },
  example: { image: "$inputs.image", icon: "$inputs.icon", predictions: "$steps.detect.predictions", icon_width: 32 },
  run: ({ image, icon, mode, predictions, position, ...inputs }, { services, step }) => {
    const size = { width: inputs.icon_width, height: inputs.icon_height };
    const fitted = fittedIcon(icon, services.pixels, size);
    const corner = cornerOf({ x: inputs.x_position, y: inputs.y_position }, size, image);
    const onObjects = (predictions?.items ?? []).map((item): Point => {
      const [x, y] = pointOf(item, position, step);
      return wholePoint([x - size.width / 2, y - size.height / 2]);
    });
    const corners = mode === "static" ? [corner] : onObjects;
    return {
      image: drawnQuickly(image, services.pixels, (canvas) => {
        for (const at of corners) {
          if (fitted.alpha === null) pasteRaster(canvas, at, fitted.colors);
          else pasteTransparent(canvas, at, fitted.colors, fitted.alpha);
        }
      }),
    };
  },
});

function cornerOf({ x, y }: { x: number; y: number }, size: Size, picture: Size): Point {
  return [x < 0 ? picture.width + x - size.width : x, y < 0 ? picture.height + y - size.height : y];
}
