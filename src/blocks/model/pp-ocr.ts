import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { defineBlock } from "../contract/block.ts";
import { images } from "./model-fields.ts";
import { readText, textOutputs } from "./read-text.ts";

const SIZES = ["none", "tiny", "small", "medium"] as const;

const size = lazy(() => z.enum(SIZES).default("small"));

export const ppOcrV1 = defineBlock({
  type: "roboflow_core/pp_ocr@v1",
  category: "model",
  summary: "Finds lines of text and reads them with models of PaddleOCR.",
  inputs: () =>
    z.object({
      images: images(),
      text_detection: size().describe(
        'Size of the model "pp_ocr/detection-<size>"; none takes the whole image for one line.',
      ),
      text_recognition: size().describe('Size of the model "pp_ocr/recognition-<size>"; none reads nothing.'),
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
  check: ({ text_detection: detection = "small", text_recognition: recognition = "small" }) =>
    detection === "none" && recognition === "none"
      ? [{ property: "text_recognition", what: "is none, and so is text_detection: nothing would be done" }]
      : [],
  asks: ({ text_detection: detection = "small", text_recognition: recognition = "small" }) => {
    const { detection: finder, recognition: reader } = modelsOf(detection, recognition);
    return [
      ...(finder === null ? [] : [{ task: "text_detection" as const, id: finder }]),
      ...(reader === null ? [] : [{ task: "ocr" as const, id: reader }]),
    ];
  },
  example: { images: "$inputs.image", text_detection: "tiny", text_recognition: "tiny" },
  runMany: (elements, contexts) =>
    Promise.all(
      elements.map(async ({ images: image, text_detection, text_recognition }, i) => {
        const { services } = contexts[i] as (typeof contexts)[number];
        const rows = await readText(image, modelsOf(text_detection, text_recognition), services);
        return textOutputs(rows, image, services.ids);
      }),
    ),
});

type Size = (typeof SIZES)[number];

function modelsOf(detection: Size, recognition: Size) {
  return {
    detection: detection === "none" ? null : `pp_ocr/detection-${detection}`,
    recognition: recognition === "none" ? null : `pp_ocr/recognition-${recognition}`,
  };
}
