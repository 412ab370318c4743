import { z } from "zod";
import type { Detection } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import type { IdService } from "../contract/services.ts";
import { images } from "./model-fields.ts";
import { asDetections, parents, readText, type TextLine, textDetection } from "./read-text.ts";

const MODELS = { detection: "doctr/detection", recognition: "doctr/recognition" };

export const ocrModelV1 = defineBlock({
  type: "roboflow_core/ocr_model@v1",
  aliases: ["OCRModel"],
  category: "model",
  summary: "Finds words and reads them with the models doctr/detection and doctr/recognition.",
  inputs: () => z.object({ images: images() }),
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
  asks: () => [
    { task: "text_detection", id: MODELS.detection },
    { task: "ocr", id: MODELS.recognition },
  ],
  example: { images: "$inputs.image" },
  runMany: (elements, contexts) =>
    Promise.all(
      elements.map(async ({ images: image }, i) => {
        const { services } = contexts[i] as (typeof contexts)[number];
        const rows = await readText(image, MODELS, services);
        const blocks = blocksOf(rows);
        const result = blocks
          .map((block) => block.map((row) => row.map(({ text }) => text).join(" ")).join("\n"))
          .join("\n\n");
        return { result, predictions: asDetections(regionsOf(blocks, services.ids), image), ...parents(image) };
      }),
    ),
});

type Row = readonly TextLine[];

/** Rows that follow each other closer than a row is high are one block. */
function blocksOf(rows: readonly Row[]): Row[][] {
  const blocks: Row[][] = [];
  for (const row of rows) {
    const above = blocks.at(-1)?.at(-1);
    const [bottom, [, top, , end]] = [above === undefined ? Number.NEGATIVE_INFINITY : boundOf(above)[3], boundOf(row)];
    if (above === undefined || top - bottom > end - top) blocks.push([row]);
    else blocks.at(-1)?.push(row);
  }
  return blocks;
}

/** Words, lines and blocks, as docTR nests them. */
function regionsOf(blocks: readonly (readonly Row[])[], ids: IdService): Detection[] {
  const known = (classId: number) => ({ classId, confidence: 1, detectionId: ids.uuid() });
  return blocks.flatMap((rows) => [
    ...rows.flatMap((row) => [
      ...row.map((word) => textDetection(boundOf([word]), { class: "word", ...known(2) })),
      textDetection(boundOf(row), { class: "line", ...known(1) }),
    ]),
    textDetection(boundOf(rows.flat()), { class: "block", ...known(0) }),
  ]);
}

function boundOf(lines: readonly TextLine[]): Detection["box"] {
  const boxes = lines.flatMap(({ box }) => (box === null ? [] : [box]));
  return [
    Math.min(...boxes.map(([x]) => x)),
    Math.min(...boxes.map(([, y]) => y)),
    Math.max(...boxes.map(([, , x]) => x)),
    Math.max(...boxes.map(([, , , y]) => y)),
  ];
}
