import { z } from "zod";
import { type Detection, withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { isUndecided, type LeadingClass, leadingClass } from "./leading-class.ts";

const kinds = [
  "object_detection_prediction",
  "instance_segmentation_prediction",
  "keypoint_detection_prediction",
] as const;

export const detectionsClassesReplacementV1 = defineBlock({
  type: "roboflow_core/detections_classes_replacement@v1",
  aliases: ["DetectionsClassesReplacement"],
  category: "transformation",
  summary: "Gives detections the classes that a classification of their crops found; those without one are left out.",
  inputs: () =>
    z.object({
      object_detection_predictions: ref(...kinds).describe("Detections that crops were cut for."),
      classification_predictions: ref("classification_prediction", "list_of_values", "string").describe(
        "What was found on each crop: classifications, which name the detection, or texts in the order of the detections.",
      ),
      fallback_class_name: orRef(z.string(), "string")
        .nullable()
        .default(null)
        .describe("Class of detections whose crop has none; null leaves them out."),
      fallback_class_id: orRef(z.int(), "integer")
        .nullable()
        .default(null)
        .describe("Id of that class; null and ids below 0 become the greatest one."),
    }),
  outputs: { predictions: kinds },
  offsets: { object_detection_predictions: 0, classification_predictions: 1 },
  reference: "object_detection_predictions",
  acceptsEmpty: true,
  needs: ["ids"],
  example: {
    object_detection_predictions: "$steps.detect.predictions",
    classification_predictions: "$steps.classify.predictions",
  },
  run: ({ object_detection_predictions: detections, classification_predictions, ...rules }, { services: { ids } }) => {
    if (detections === null) return { predictions: null };
    const found = (classification_predictions ?? []) as unknown as readonly unknown[];
    const fallback = fallbackOf(rules);
    const first = found.find((item) => item !== null && item !== undefined);
    const isInOrder = typeof first === "string" || Array.isArray(first);
    const classOf = isInOrder ? inOrder(found, fallback) : byName(found, fallback);
    const items = detections.items.flatMap((item, i) => {
      const leading = found.length === 0 ? null : classOf(item, i);
      return leading === null ? [] : [{ ...item, ...leading, detectionId: ids.uuid() }];
    });
    return { predictions: withItems(detections, items) };
  },
});

type ClassOf = (item: Detection, index: number) => LeadingClass | null;

function inOrder(found: readonly unknown[], fallback: LeadingClass | null): ClassOf {
  return (_, i) => {
    const text: unknown = Array.isArray(found[i]) ? (found[i] as unknown[])[0] : found[i];
    if (text === null || text === undefined) return fallback;
    return typeof text === "string" ? { class: text, classId: 0, confidence: 1 } : null;
  };
}

/** By the id of the detection that the crop was cut for. */
function byName(found: readonly unknown[], fallback: LeadingClass | null): ClassOf {
  if (found.every(isUndecided)) return () => null;
  const classes = new Map<unknown, LeadingClass | null>();
  for (const item of found) {
    const fields = item as Readonly<Record<string, unknown>> | null;
    if (fields !== null) classes.set(fields["parent_id"], leadingClass(fields, fallback));
  }
  return ({ detectionId }) => classes.get(detectionId) ?? null;
}

/** The reference's greatest whole number, as a double. */
const GREATEST_ID = 2 ** 63;

function fallbackOf({ fallback_class_name: name, fallback_class_id: id }: Rules): LeadingClass | null {
  if (!name) return null;
  return { class: name, classId: id === null || id < 0 ? GREATEST_ID : id, confidence: 0 };
}

interface Rules {
  fallback_class_name: string | null;
  fallback_class_id: number | null;
}
