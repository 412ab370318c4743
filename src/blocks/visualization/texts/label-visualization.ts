import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import { colorOf } from "../../../drawing/color.ts";
import { ANCHORS } from "../../../kinds/anchor.ts";
import type { Detection } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import type { Services } from "../../contract/services.ts";
import { type DrawingInputs, drawingBlock, drawingFields, drawnItems } from "../drawing-fields.ts";
import { wholeAnchor } from "../whole-pixels.ts";
import { drawLabel, labelFields } from "./label-box.ts";
import { LABEL_TEXTS, type LabelText, labelTexts } from "./label-text.ts";

const fields = lazy(() => ({
  ...drawingFields(),
  text: orRef(z.enum(LABEL_TEXTS), "string").default("Class").describe("What the label tells."),
  text_position: orRef(z.enum(ANCHORS), "string")
    .default("TOP_LEFT")
    .describe("Point of the box that the label lies at, outside the box except at its centre."),
  ...labelFields(orRef),
}));

const common = {
  ...drawingBlock,
  example: { image: "$inputs.image", predictions: "$steps.detect.predictions", text: "Class and Confidence" },
} as const;

export const labelVisualizationV1 = defineBlock({
  ...common,
  type: "roboflow_core/label_visualization@v1",
  aliases: ["LabelVisualization"],
  summary: "Writes labels beside the boxes of detections.",
  inputs: () => z.object(fields()),
  run: (inputs, context) => labelled(inputs, context),
});

export const labelVisualizationV2 = defineBlock({
  ...common,
  type: "roboflow_core/label_visualization@v2",
  summary: "Writes labels beside the boxes of detections, on request in the picture's proportion.",
  inputs: () =>
    z.object({
      ...fields(),
      text_size_mode: orRef(z.enum(["Manual", "Automatic"]), "string")
        .default("Manual")
        .describe("Automatic: text_scale holds for a picture 1080 pixels high, and the text grows with the picture."),
    }),
  run: ({ text_size_mode, text_scale, ...inputs }, context) => {
    const scale = text_size_mode === "Manual" ? text_scale : automaticScale(text_scale, inputs.image);
    return labelled({ ...inputs, text_scale: scale }, context);
  },
});

interface Inputs extends DrawingInputs, Labels {
  image: Image;
  predictions: { items: readonly Detection[] };
}

interface Labels {
  text: LabelText;
  text_position: (typeof ANCHORS)[number];
  text_color: string;
  text_scale: number;
  text_thickness: number;
  text_padding: number;
  border_radius: number;
}

function labelled(inputs: Inputs, context: { services: Services; step: string }): { image: Image } {
  const { step } = context;
  const { text_position: anchor } = inputs;
  const { items } = inputs.predictions;
  const texts = labelTexts(items, inputs.text);
  const places = items.map((item) => wholeAnchor(item, anchor, step));
  const label = {
    anchor,
    textColor: colorOf(inputs.text_color, step),
    scale: inputs.text_scale,
    thickness: inputs.text_thickness,
    padding: inputs.text_padding,
    radius: inputs.border_radius,
  };
  return drawnItems(inputs, context, (canvas, _item, color, i) => {
    drawLabel(canvas, texts[i]!, { ...label, color, at: places[i]! });
  });
}

function automaticScale(scale: number, { width, height }: Image): number {
  return Math.min(5, Math.max(0.3, (scale * Math.min(width, height)) / 1080));
}
