import { z } from "zod";
import { addDrawing } from "../../../drawing/blend.ts";
import { colorOf } from "../../../drawing/color.ts";
import { fillPolygons } from "../../../drawing/fill-polygon.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import { opacityField } from "../area-fields.ts";
import { canvasFields, drawingBlock, drawn } from "../drawing-fields.ts";
import { zonesOf } from "./zone-points.ts";

export const polygonZoneVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/polygon_zone_visualization@v1",
  summary: "Tints zones; what lies in two of them stays as it is.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      zone: orRef(z.array(z.unknown()), "list_of_values").describe(
        "Corners of a polygon in pixels, [[x1, y1], [x2, y2], [x3, y3]], or a list of such polygons.",
      ),
      color: orRef(z.string(), "string").default("#5bb573").describe("Colour that is added to the picture."),
      opacity: opacityField().default(0.3).describe("How much of the colour is added: 0 nothing, 1 all."),
    }),
  example: { image: "$inputs.image", zone: [[100, 100], [540, 100], [540, 300]] }, // biome-ignore format: corners
  run: ({ image, zone, opacity, ...inputs }, { services, step }) => {
    const zones = zonesOf(zone, step);
    const color = colorOf(inputs.color, step);
    return {
      image: drawn(image, services.pixels, (canvas) => {
        addDrawing(canvas, { color, share: opacity }, (layer, paint) => fillPolygons(layer, zones, paint));
      }),
    };
  },
});
