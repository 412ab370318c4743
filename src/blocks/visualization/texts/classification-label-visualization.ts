import { z } from "zod";
import { colorOf } from "../../../drawing/color.ts";
import { anchorOf, BOX_ANCHORS, type BoxAnchor } from "../../../kinds/anchor.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orInputRef, outputRef } from "../../contract/fields.ts";
import { drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholePoint } from "../whole-pixels.ts";
import { type ClassRow, classRows } from "./class-rows.ts";
import { drawLabel, labelFields } from "./label-box.ts";

const TEXTS = {
  Class: (row: ClassRow) => row.class,
  Confidence: (row: ClassRow) => row.confidence.toFixed(2),
  "Class and Confidence": (row: ClassRow) => `${row.class} ${row.confidence.toFixed(2)}`,
} as const;

export const classificationLabelVisualizationV1 = defineBlock({
  ...drawingBlock,
  type: "roboflow_core/classification_label_visualization@v1",
  summary: "Writes the result of a classification on the picture, one class in each row.",
  inputs: () =>
    z.object({
      ...drawingFields(),
      predictions: outputRef("classification_prediction").describe("Result of a classification of that picture."),
      text: orInputRef(z.enum(Object.keys(TEXTS) as (keyof typeof TEXTS)[]), "string")
        .default("Class")
        .describe("What the rows tell."),
      text_position: orInputRef(z.enum(BOX_ANCHORS), "string")
        .default("TOP_LEFT")
        .describe("Side or corner of the picture that the rows lie at."),
      ...labelFields(orInputRef),
    }),
  example: { image: "$inputs.image", predictions: "$steps.classify.predictions", text: "Class and Confidence" },
  run: ({ predictions, text, text_position: anchor, ...inputs }, context) => {
    const { step } = context;
    const rows = classRows(predictions, step);
    const label = {
      anchor,
      textColor: colorOf(inputs.text_color, step),
      scale: inputs.text_scale,
      thickness: inputs.text_thickness,
      padding: inputs.text_padding,
      radius: inputs.border_radius,
    };
    const texts = rows.map(TEXTS[text]);
    const boxes = rowBoxes(texts, { ...label, picture: inputs.image });
    const items = rows.map((row, i) => ({ ...row, box: boxes[i]!, detectionId: String(i), trackerId: 0 }));
    return drawnItems({ ...inputs, predictions: { items } }, context, (canvas, item, color) => {
      const text = texts[Number(item.detectionId)]!;
      drawLabel(canvas, text, { ...label, color, at: wholePoint(anchorOf(item.box, anchor)) });
    });
  },
});

interface Layout {
  anchor: BoxAnchor;
  scale: number;
  thickness: number;
  padding: number;
  picture: { width: number; height: number };
}

/** A box for each row, at whose point the row's label lies. */
function rowBoxes(texts: readonly string[], layout: Layout): Detection["box"][] {
  const { anchor, scale, thickness, padding, picture } = layout;
  const { width, height } = picture;
  const step = 20 * scale + 2 * padding + 2 * thickness + 5;
  const longest = Math.max(0, ...texts.map((text) => [...text].length));
  const side = 15 * scale * longest + 2 * padding + 20 + 3 * Math.max(0, 10 - padding);
  const left = anchor === "CENTER_LEFT" ? side : 0;
  const right = anchor === "CENTER_RIGHT" ? width - side : width;
  const top = Math.max(0, (height - texts.length * step) / 2);
  return texts.map((_, i) => {
    if (anchor.startsWith("TOP")) return [0, step * (i + 1), width, height];
    if (anchor.startsWith("BOTTOM")) return [0, 0, width, height - step * (texts.length - i)];
    const y = Math.min(top, Math.max(0, height - texts.length * step)) + i * step;
    return [left, y, right, y + step];
  });
}
