import { z } from "zod";
import { clippedRegion, putRaster, rasterAt } from "../../../drawing/area.ts";
import { blend } from "../../../drawing/blend.ts";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { colorOf } from "../../../drawing/color.ts";
import { fillRoundBox } from "../../../drawing/strokes.ts";
import { drawText } from "../../../drawing/text.ts";
import { compileDataOperations, dataOperations } from "../../../query/operated-data.ts";
import { PIXELS } from "../../../query/operation.ts";
import { pythonText } from "../../../query/python-text.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, refMap } from "../../contract/fields.ts";
import { opacityField } from "../area-fields.ts";
import { canvasFields, drawingBlock, drawnQuickly } from "../drawing-fields.ts";
import { ALIGNS, PLACES, placedText, type TextBox, textBoxOf } from "./text-box.ts";

export const textDisplayV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/text_display@v1",
  summary: "Writes a text with values of the workflow on the picture.",
  inputs: () =>
    z.object({
      ...canvasFields(),
      text: z
        .string()
        .describe("Text with places such as {{ $parameters.count }}; places of unknown names stay as they are."),
      text_parameters: refMap(["*"], z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe("Values by the names of their places."),
      text_parameters_operations: dataOperations().describe(
        "Operations on the values, by name, done before they are put in.",
      ),
      text_color: orRef(z.string(), "string").default("WHITE").describe("Colour of the text."),
      background_color: orRef(z.string(), "string")
        .default("BLACK")
        .describe('Colour behind the text, "transparent" for none.'),
      background_opacity: opacityField()
        .default(1)
        .describe("How much of that colour covers the picture: 0 nothing, 1 all."),
      font_scale: orRef(z.number().min(0.1).max(10), "float")
        .default(1)
        .describe("Size of the text; 1 makes capitals 21 pixels high."),
      font_thickness: orRef(z.int().min(1).max(10), "integer").default(2).describe("Width of the strokes in pixels."),
      padding: orRef(z.int().min(0), "integer").default(10).describe("Pixels around the text."),
      text_align: orRef(z.enum(ALIGNS), "string")
        .default("left")
        .describe("Where shorter lines stand among longer ones."),
      border_radius: orRef(z.int().min(0), "integer").default(0).describe("Radius of the corners in pixels."),
      position_mode: orRef(z.enum(["absolute", "relative"]), "string")
        .default("relative")
        .describe("Whether the text stands at a pixel or at a side or corner of the picture."),
      position_x: orRef(z.int(), "integer").default(0).describe("Left side of the text in pixels, for absolute."),
      position_y: orRef(z.int(), "integer").default(0).describe("Upper side of the text in pixels, for absolute."),
      anchor: orRef(z.enum(PLACES), "string")
        .default("top_left")
        .describe("Side or corner of the picture, for relative."),
      offset_x: orRef(z.int(), "integer").default(10).describe("Pixels to the right of there."),
      offset_y: orRef(z.int(), "integer").default(10).describe("Pixels down from there."),
    }),
  synonyms: {},
  example: {
    image: "$inputs.image",
    text: "{{ $parameters.count }} people",
    text_parameters: { count: "$steps.detect.predictions" },
    text_parameters_operations: { count: [{ type: "SequenceLength" }] },
  },
  prepare: ({ text_parameters_operations }) => compileDataOperations(text_parameters_operations),
  run: ({ image, text, text_parameters, ...inputs }, { services, step, prepared }) => {
    const values = prepared({ ...text_parameters, [PIXELS]: services.pixels });
    const box = textBoxOf(filled(text, values), inputs);
    const [x, y] = placedText(box, inputs, image);
    const color = colorOf(inputs.text_color, step);
    const isClear = inputs.background_color === "transparent" || inputs.background_opacity === 0;
    const ground = isClear ? null : colorOf(inputs.background_color, step);
    return {
      image: drawnQuickly(image, services.pixels, (canvas) => {
        if (ground !== null)
          fillGround(canvas, box, {
            x,
            y,
            color: ground,
            opacity: inputs.background_opacity,
            radius: inputs.border_radius,
          });
        for (const line of box.lines) {
          drawText(canvas, line.text, {
            x: x + line.x,
            y: y + line.y,
            scale: inputs.font_scale,
            thickness: inputs.font_thickness,
            color,
          });
        }
      }),
    };
  },
});

function filled(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replaceAll(/\{\{\s*\$parameters\.(\w+)\s*\}\}/g, (place: string, name: string) => {
    return Object.hasOwn(values, name) ? pythonText(values[name]) : place;
  });
}

interface Ground {
  x: number;
  y: number;
  color: Color;
  opacity: number;
  radius: number;
}

/** A part of it lets the picture through; only that part of the picture is looked at. */
function fillGround(canvas: Canvas, { width, height }: TextBox, { x, y, color, opacity, radius }: Ground): void {
  const area = [x, y, x + width - 1, y + height - 1] as const;
  if (opacity === 1) {
    fillRoundBox(canvas, area, radius, color);
    return;
  }
  const region = clippedRegion([x, y, x + width, y + height], canvas);
  const layer = { rgb: new Uint8Array(3 * region.width * region.height), width: region.width, height: region.height };
  const part = rasterAt(canvas, region);
  putRaster(layer, { x: 0, y: 0 }, part);
  const under = { ...layer, rgb: layer.rgb.slice() };
  const [left, top] = [x - region.x, y - region.y];
  fillRoundBox(layer, [left, top, left + width - 1, top + height - 1], radius, color);
  blend(under, layer.rgb, opacity);
  putRaster(canvas, region, { ...layer, data: under.rgb, stride: 3 * layer.width, channels: 3 });
}
