import { StepError } from "../../../base/errors.ts";

export interface LeadingClass {
  class: string;
  classId: number;
  confidence: number;
}

type Classification = Readonly<Record<string, unknown>>;

/** Whether it is null, or a classification that found no class. */
export function isUndecided(found: unknown): boolean {
  if (found === null || found === undefined) return true;
  const fields = found as Classification;
  return ("top" in fields && !fields["top"]) || !("predictions" in fields);
}

/** The class that a classification found: the top one, or of several the most confident; null where there is none. */
export function leadingClass(classification: Classification, fallback: LeadingClass | null): LeadingClass | null {
  if ("top" in classification) return topClass(classification, fallback);
  const predicted = classification["predicted_classes"];
  return Array.isArray(predicted) && predicted.length > 0 ? mostConfident(classification["predictions"]) : null;
}

interface Row {
  class?: string;
  class_id: number;
  confidence: number;
}

function topClass({ top, predictions }: Classification, fallback: LeadingClass | null): LeadingClass | null {
  const rows = (predictions ?? []) as readonly Row[];
  if (rows.length === 0) return fallback;
  const [row, ...others] = rows.filter((found) => found.class === top);
  if (row !== undefined && others.length === 0) {
    return { class: String(top), classId: row.class_id, confidence: row.confidence };
  }
  const message = `a classification says its top class is ${JSON.stringify(top)}, which is ${row === undefined ? "none" : "several"} of its predictions`;
  throw new StepError("STEP_INPUT", message);
}

function mostConfident(predictions: unknown): LeadingClass | null {
  let best: LeadingClass | null = null;
  for (const [name, { class_id, confidence }] of Object.entries(predictions as Record<string, Row>)) {
    if (best === null || confidence > best.confidence) best = { class: name, classId: class_id, confidence };
  }
  return best === null || best.confidence === 0 ? null : best;
}
