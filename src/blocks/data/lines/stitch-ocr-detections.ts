import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import type { Detections } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { type Direction, likelyDirection } from "../answers/written-boxes.ts";
import { textByChains } from "./text-by-chains.ts";
import { textByGaps } from "./text-by-gaps.ts";
import { textByGrid } from "./text-by-grid.ts";

const predictions = lazy(() =>
  ref("object_detection_prediction").describe("Characters or words, their texts as class names."),
);
const reading_direction = lazy(() =>
  z
    .enum(["left_to_right", "right_to_left", "vertical_top_to_bottom", "vertical_bottom_to_top", "auto"])
    .describe(
      "How the text runs; auto takes left_to_right for boxes that are wider than high, else vertical_top_to_bottom.",
    ),
);
const tolerance = lazy(() =>
  orRef(z.int().positive(), "integer").default(10).describe("Pixels within which boxes count as of one line."),
);
const delimiter = lazy(() => orRef(z.string(), "string").default("").describe("Put between the texts of boxes."));

export const stitchOcrDetectionsV1 = defineBlock({
  type: "roboflow_core/stitch_ocr_detections@v1",
  category: "data",
  summary: "Reads a text from detected characters or words in their order.",
  inputs: () =>
    z.object({
      predictions: predictions(),
      reading_direction: reading_direction(),
      tolerance: tolerance(),
      delimiter: delimiter(),
    }),
  outputs: { ocr_text: "string" },
  batches: ["predictions"],
  example: { predictions: "$steps.characters.predictions", reading_direction: "left_to_right" },
  runMany: (elements) => {
    const direction = directionOf(elements);
    return elements.map((inputs) => ({ ocr_text: textByGrid(inputs.predictions.items, direction, inputs) }));
  },
});

export const stitchOcrDetectionsV2 = defineBlock({
  type: "roboflow_core/stitch_ocr_detections@v2",
  category: "data",
  summary: "Reads a text from detected characters or words in their order, also in lines that slope, with words apart.",
  inputs: () =>
    z.object({
      stitching_algorithm: z
        .enum(["tolerance", "otsu", "collimate"])
        .describe(
          "tolerance: lines on a grid of so many pixels; otsu: words apart where gaps are wide; collimate: each box after its neighbour.",
        ),
      predictions: predictions(),
      reading_direction: reading_direction(),
      tolerance: tolerance(),
      delimiter: delimiter(),
      otsu_threshold_multiplier: orRef(z.number(), "float")
        .default(1)
        .describe("How much wider than the threshold found a gap between words has to be."),
      collimate_tolerance: orRef(z.int(), "integer")
        .default(10)
        .describe("Pixels that a box of collimate may be aside of the one before, beside half its size."),
    }),
  outputs: { ocr_text: "string" },
  batches: ["predictions"],
  example: {
    predictions: "$steps.characters.predictions",
    reading_direction: "auto",
    stitching_algorithm: "otsu",
  },
  runMany: (elements) => {
    const direction = directionOf(elements);
    return elements.map((inputs) => ({ ocr_text: textOf(inputs, direction) }));
  },
});

interface Values {
  predictions: Detections;
  stitching_algorithm: "tolerance" | "otsu" | "collimate";
  tolerance: number;
  delimiter: string;
  otsu_threshold_multiplier: number;
  collimate_tolerance: number;
}

function textOf(values: Values, direction: Direction): string {
  const { items } = values.predictions;
  const { delimiter } = values;
  if (values.stitching_algorithm === "otsu") {
    return textByGaps(items, direction, { delimiter: delimiter, multiplier: values.otsu_threshold_multiplier });
  }
  if (values.stitching_algorithm === "collimate") {
    return textByChains(items, direction, { delimiter: delimiter, tolerance: values.collimate_tolerance });
  }
  return textByGrid(items, direction, values);
}

/** One direction for all elements of a batch: auto goes by the first. */
function directionOf(
  elements: readonly { reading_direction: Direction | "auto"; predictions: Detections }[],
): Direction {
  const { reading_direction, predictions } = elements[0] ?? { reading_direction: "left_to_right" };
  return reading_direction === "auto" ? likelyDirection(predictions?.items ?? []) : reading_direction;
}
