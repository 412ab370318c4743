import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { images } from "./model-fields.ts";
import { readText, textOutputs } from "./read-text.ts";

const LANGUAGES = ["English", "Japanese", "Kannada", "Korean", "Latin", "Telugu", "Simplified Chinese"] as const;

export const easyOcrV1 = defineBlock({
  type: "roboflow_core/easy_ocr@v1",
  aliases: ["EasyOCR"],
  category: "model",
  summary: "Finds lines of text and reads them in one of several scripts.",
  inputs: () =>
    z.object({
      images: images(),
      language: z
        .enum(LANGUAGES)
        .default("English")
        .describe('Which model reads: "easy_ocr/english" and so on, with "easy_ocr/detection" for finding lines.'),
      quantize: z.boolean().default(false).describe("Accepted and ignored: the file says how a model computes."),
    }),
  synonyms: { images: ["image"] },
  outputs: {
    result: "string",
    predictions: "object_detection_prediction",
    parent_id: "parent_id",
    root_parent_id: "parent_id",
    prediction_type: "prediction_type",
  },
  batches: ["images"],
  needs: ["models", "pixels", "ids"],
  asks: ({ language = "English" }) => [
    { task: "text_detection", id: DETECTION },
    { task: "ocr", id: readerOf(language) },
  ],
  example: { images: "$inputs.image", language: "Korean" },
  runMany: (elements, contexts) =>
    Promise.all(
      elements.map(async ({ images: image, language }, i) => {
        const { services } = contexts[i] as (typeof contexts)[number];
        const models = { detection: DETECTION, recognition: readerOf(language) };
        const rows = await readText(image, models, services);
        // Its text is one line, and a line is as sure as what was read.
        const read = rows.map((row) => row.map((line) => ({ ...line, confidence: line.readConfidence })));
        const outputs = textOutputs(read, image, services.ids);
        return { ...outputs, result: outputs.result.replaceAll("\n", " ") };
      }),
    ),
});

const DETECTION = "easy_ocr/detection";

function readerOf(language: string): string {
  return `easy_ocr/${language.toLowerCase().replaceAll(" ", "-")}`;
}
