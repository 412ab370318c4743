import { z } from "zod";
import { defineOperation, type Operation } from "./operation.ts";
import { isDictionary, orderOf } from "./python-values.ts";
import { queryError, type Site, wrongType } from "./query-error.ts";

type Prediction = Record<string, unknown>;

const EXTRACTORS = {
  top_class: (prediction: Prediction) => ("top" in prediction ? prediction["top"] : predictedClasses(prediction)),
  top_class_confidence: (prediction: Prediction) => {
    return "confidence" in prediction ? prediction["confidence"] : confidencesOf(prediction);
  },
  top_class_confidence_single: (prediction: Prediction) => {
    if ("confidence" in prediction) return prediction["confidence"];
    return confidencesOf(prediction).reduce((best, next) => (orderOf(next, best) === 1 ? next : best), 0);
  },
  all_classes: (prediction: Prediction) => classesOf(prediction).map(({ name }) => name),
  all_confidences: (prediction: Prediction) => classesOf(prediction).map(({ confidence }) => confidence),
} satisfies Record<string, (prediction: Prediction) => unknown>;

/** Operations on results of classification. */
export const CLASSIFICATION_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "ClassificationPropertyExtract",
    summary: "A property of a classification; lists for classifications with several labels.",
    properties: () => ({
      property_name: z
        .enum(Object.keys(EXTRACTORS) as (keyof typeof EXTRACTORS)[])
        .describe("What to extract; _single is the greatest confidence, 0 when there is none."),
    }),
    compile: ({ property_name }, site) => {
      const extract = EXTRACTORS[property_name];
      return (value) => {
        if (!isDictionary(value)) throw wrongType(site, "a classification", value);
        return extractChecked(extract, value, site);
      };
    },
  }),
];

function extractChecked(extract: (prediction: Prediction) => unknown, value: Prediction, site: Site): unknown {
  try {
    return extract(value);
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw queryError("InvalidInputTypeError", "the classification lacks predictions of the usual form", site, thrown);
  }
}

function predictedClasses(prediction: Prediction): string[] {
  return (prediction["predicted_classes"] ?? []) as string[];
}

function confidencesOf(prediction: Prediction): number[] {
  const byName = prediction["predictions"] as Record<string, { confidence: number }>;
  return predictedClasses(prediction).map((name) => (byName[name] as { confidence: number }).confidence);
}

interface ClassScore {
  name: string;
  confidence: number;
}

/** All classes: a single-label list in its order, several labels in the order of their class ids. */
function classesOf(prediction: Prediction): ClassScore[] {
  const predictions = prediction["predictions"];
  if (Array.isArray(predictions)) {
    return predictions.map((entry) => ({ name: entry.class, confidence: entry.confidence }));
  }
  const entries = Object.entries(predictions as Record<string, { class_id: number; confidence: number }>);
  return entries
    .sort(([, a], [, b]) => a.class_id - b.class_id)
    .map(([name, { confidence }]) => ({ name, confidence }));
}
