import { z } from "zod";
import type { Canvas, Color } from "../../../drawing/canvas.ts";
import { colorOf } from "../../../drawing/color.ts";
import { fillInk } from "../../../drawing/ink.ts";
import { openTypeface, type TextLine, type Typeface } from "../../../drawing/typeface/typeface.ts";
import { ANCHORS } from "../../../kinds/anchor.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import type { FontService } from "../../contract/services.ts";
import { drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeAnchor } from "../whole-pixels.ts";
import { FAMILIES, type FamilyName, familyField } from "./font-families.ts";
import { drawLines, type LabelLine } from "./label-box.ts";
import { LABEL_TEXTS, labelTexts } from "./label-text.ts";
import { wrapped } from "./wrapped.ts";

export const richLabelVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/rich_label_visualization@v1",
  summary: "Writes labels beside the boxes of detections in a typeface, with the letters of every script that it has.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      text: orRef(z.enum(LABEL_TEXTS), "string").default("Class").describe("What the label tells."),
      text_position: orRef(z.enum(ANCHORS), "string")
        .default("TOP_LEFT")
        .describe("Point of the box that the label lies at, outside the box except at its centre."),
      text_color: orRef(z.string(), "string").default("WHITE").describe("Colour of the text."),
      font_family: orRef(familyField(), "string")
        .default("Geist Mono")
        .describe(
          "Family of letters. A file of its name in the folder MILLRACE_FONTS comes first, then an installed package of Fontsource; Geist and Geist Mono come with the program.",
        ),
      text_size_mode: orRef(z.enum(["Manual", "Automatic"]), "string")
        .default("Manual")
        .describe("Automatic: font_size holds for a picture 1080 pixels high, and the text grows with the picture."),
      font_size: orRef(z.int().positive(), "integer").default(14).describe("Height of a line in pixels."),
      text_padding: orRef(z.int().min(0), "integer").default(10).describe("Pixels around the text."),
      border_radius: orRef(z.int().min(0), "integer").default(0).describe("Radius of the label's corners in pixels."),
      max_line_length: orRef(z.int().positive().nullable(), "integer")
        .default(null)
        .describe("Most letters of a line; longer texts go on in the next one."),
    }),
  needs: ["pixels", "fonts"],
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", font_family: "Geist", font_size: 20 },
  run: async (inputs, context) => {
    const { step, services } = context;
    const typeface = await typefaceOf(services.fonts, inputs.font_family);
    const { items } = inputs.predictions;
    const places = items.map((item) => wholeAnchor(item, inputs.text_position, step));
    const texts = labelTexts(items, inputs.text).map((text) => wrapped(text, inputs.max_line_length));
    const textColor = colorOf(inputs.text_color, step);
    const size = inputs.text_size_mode === "Manual" ? inputs.font_size : automaticSize(inputs);
    const label = { anchor: inputs.text_position, padding: inputs.text_padding, radius: inputs.border_radius };
    return drawnItems(inputs, context, (canvas, _item, color, i) => {
      const lines = texts[i]!.map((text) => lineOf(canvas, typeface.line(text, size), textColor));
      drawLines(canvas, lines, { ...label, color, at: places[i]! });
    });
  },
});

/** Lines stand on the baseline of capitals, so that small letters alone lie a little low, as in the reference. */
function lineOf(canvas: Canvas, { width, top, bottom, capitals, ink }: TextLine, color: Color): LabelLine {
  const ascent = Math.max(top, capitals);
  return {
    width,
    height: top + bottom,
    draw: (x, y) => fillInk(canvas, ink, { x, y: y + ascent }, color),
  };
}

function automaticSize({ font_size, image }: { font_size: number; image: { width: number; height: number } }): number {
  return Math.min(128, Math.max(8, Math.round((font_size * Math.min(image.width, image.height)) / 1080)));
}

/** The typefaces that a thread has opened. */
const opened = new WeakMap<FontService, Map<FamilyName, Promise<Typeface>>>();

function typefaceOf(fonts: FontService, name: FamilyName): Promise<Typeface> {
  const families = opened.get(fonts) ?? new Map<FamilyName, Promise<Typeface>>();
  opened.set(fonts, families);
  const known = families.get(name);
  if (known !== undefined) return known;
  const typeface = fonts.files({ name, isMonospaced: FAMILIES[name] }).then(openTypeface);
  families.set(name, typeface);
  typeface.catch(() => families.delete(name));
  return typeface;
}
