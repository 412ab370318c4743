import { z } from "zod";
import type { Detection } from "../../kinds/detections.ts";
import type { Region } from "../../kinds/image.ts";
import { ANCHORS, type Anchor, anchorOf } from "../analytics/anchor.ts";
import { defineBlock } from "../block.ts";
import { orRef } from "../fields.ts";
import type { Canvas } from "./canvas.ts";
import { colorOf, readableOn } from "./color.ts";
import { colorsOf, drawingFields, drawn } from "./drawing-fields.ts";
import { faceOf } from "./face.ts";
import { labelTexts } from "./label-text.ts";
import { fillRounded } from "./rounded-rect.ts";
import { drawText, paddedSize, type TextSize } from "./text.ts";

export const labelVisualizationV1 = defineBlock({
  type: "roboflow_core/label_visualization@v1",
  aliases: ["LabelVisualization"],
  category: "visualization",
  summary: "Writes labels beside the boxes of detections.",
  inputs: z.object({
    ...drawingFields,
    text: orRef(z.string().min(1), "string")
      .default("Class")
      .describe(
        "Class, Confidence, Class and Confidence, Index, Dimensions, Area, Area (mask), Area (converted), Tracker Id, Time In Zone, or the name of any field of a detection.",
      ),
    text_position: orRef(z.enum(ANCHORS), "string")
      .default("TOP_LEFT")
      .describe("Point of the box that the label lies at, outside the box except at its centre."),
    text_color: orRef(z.string(), "string")
      .default("WHITE")
      .describe("Colour of the text; black or white instead where it could not be read on the label."),
    text_scale: orRef(z.number().positive(), "float")
      .default(1)
      .describe("Size of the text; 1 makes capitals 20 pixels high."),
    text_thickness: orRef(z.int().min(1), "integer").default(1).describe("Weight of the text; 1 is regular."),
    text_padding: orRef(z.int().min(0), "integer").default(10).describe("Pixels around the text."),
    border_radius: orRef(z.int().min(0), "integer").default(0).describe("Radius of the label's corners in pixels."),
  }),
  synonyms: { image: ["images"] },
  outputs: { image: "image" },
  needs: ["pixels"],
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", text: "Class and Confidence" },
  run: ({ image, predictions, ...inputs }, { services, step }) => {
    const { items } = predictions;
    const texts = labelTexts(items, inputs.text, step);
    const colors = colorsOf(items, inputs, step);
    const textColor = colorOf(inputs.text_color, step);
    const face = faceOf(inputs.text_scale, inputs.text_thickness);
    const draw = (canvas: Canvas) => {
      items.forEach(({ box }, i) => {
        const text = texts[i]!.replaceAll(/\s+/g, " ");
        if (text === "") return;
        const background = colors[i]!;
        const size = paddedSize(text, face, inputs.text_padding);
        const area = within(canvas, placed(box, inputs.text_position, size));
        fillRounded(canvas, area, { radius: inputs.border_radius, color: background });
        const at = { x: area.x + inputs.text_padding, y: area.y + Math.round((size.height - face.height) / 2) };
        drawText(canvas, text, { ...at, face, color: readableOn(background, textColor) });
      });
    };
    return { image: drawn(image, services.pixels, draw) };
  },
});

/** Above a box at its top, below it at its bottom, flush with the side that the anchor names, beside it in the middle. */
function placed(box: Detection["box"], anchor: Anchor, { width, height }: TextSize): Region {
  const [x, y] = anchorOf(box, anchor);
  const beside = anchor.startsWith("CENTER_");
  const left = anchor.endsWith("LEFT")
    ? beside
      ? -width
      : 0
    : anchor.endsWith("RIGHT")
      ? beside
        ? 0
        : -width
      : -width / 2;
  const top = anchor.startsWith("TOP") ? -height : anchor.startsWith("BOTTOM") ? 0 : -height / 2;
  return { x: Math.round(x + left), y: Math.round(y + top), width, height };
}

/** Moves a label that would leave the picture to where it can be read. */
function within(canvas: Canvas, area: Region): Region {
  const x = Math.max(0, Math.min(area.x, canvas.width - area.width));
  const y = Math.max(0, Math.min(area.y, canvas.height - area.height));
  return { ...area, x, y };
}
