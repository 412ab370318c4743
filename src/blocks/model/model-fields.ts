import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { LeastScore } from "../../kinds/least-score.ts";
import type { DetectParameters } from "../../kinds/model-task.ts";
import { modelClasses, orRef, ref } from "../contract/fields.ts";

const unit = lazy(() => z.number().min(0).max(1));

export const images = lazy(() => ref("image").describe("Images to look at."));

/** Accepted for the sake of definitions that name them. */
export const learningFields = lazy(() => ({
  disable_active_learning: orRef(z.boolean(), "boolean")
    .default(true)
    .describe("Accepted and ignored: nothing leaves the device."),
  active_learning_target_dataset: orRef(z.string(), "roboflow_project")
    .nullable()
    .default(null)
    .describe("Accepted and ignored."),
}));

export const confidenceField = lazy(() =>
  orRef(unit(), "float_zero_to_one").default(0.4).describe("Lowest score to report."),
);

export const confidenceModeFields = lazy(() => ({
  confidence_mode: orRef(z.enum(["best", "default", "custom"]), "string")
    .default("best")
    .describe(
      "Where the lowest score comes from: best for what the model's trainer recommends for each class, default for the model's usual one.",
    ),
  custom_confidence: orRef(unit(), "float_zero_to_one")
    .default(0.4)
    .describe("Lowest score when confidence_mode is custom."),
}));

/** The same for models without recommended scores. */
export const ownConfidenceFields = lazy(() => ({
  confidence_mode: orRef(z.enum(["default", "custom"]), "string")
    .default("default")
    .describe("Where the lowest score comes from."),
  custom_confidence: confidenceModeFields().custom_confidence,
}));

/** What models that find objects are asked. */
export const objectFields = lazy(() => ({
  class_filter: modelClasses().nullable().default(null).describe("Classes to keep; null or an empty list for all."),
  iou_threshold: orRef(unit(), "float_zero_to_one")
    .default(0.3)
    .describe("Overlap above which the weaker box is dropped."),
  max_detections: orRef(z.int().positive(), "integer").default(300).describe("Most objects to report for an image."),
  class_agnostic_nms: orRef(z.boolean(), "boolean")
    .default(false)
    .describe("Let boxes of different classes drop each other."),
  max_candidates: orRef(z.int().positive(), "integer")
    .default(3000)
    .describe("Most boxes to consider before dropping."),
}));

export interface ObjectInputs {
  class_filter: readonly string[] | null;
  iou_threshold: number;
  max_detections: number;
  class_agnostic_nms: boolean;
  max_candidates: number;
}

export type ConfidenceInputs =
  | { confidence: number }
  | { confidence_mode: "best" | "default" | "custom"; custom_confidence: number };

export function detectParameters(inputs: ObjectInputs & ConfidenceInputs): DetectParameters {
  return {
    confidence: confidenceOf(inputs),
    iouThreshold: inputs.iou_threshold,
    maxDetections: inputs.max_detections,
    maxCandidates: inputs.max_candidates,
    classAgnostic: inputs.class_agnostic_nms,
    // An empty list filters nothing, as in the reference.
    classFilter: inputs.class_filter?.length ? inputs.class_filter : null,
  };
}

export function confidenceOf(inputs: ConfidenceInputs): LeastScore {
  if ("confidence" in inputs) return inputs.confidence;
  if (inputs.confidence_mode === "best") return "best";
  return inputs.confidence_mode === "custom" ? inputs.custom_confidence : null;
}
