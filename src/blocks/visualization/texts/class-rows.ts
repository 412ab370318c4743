import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";

/** A class that a classification found. */
export interface ClassRow {
  class: string;
  classId: number;
  confidence: number;
}

const entry = lazy(() => z.object({ confidence: z.number().default(0), class_id: z.number().default(-1) }));
const manyLabels = lazy(() =>
  z.object({
    predictions: z.record(z.string(), entry()),
    predicted_classes: z.array(z.string()),
  }),
);
const oneLabel = lazy(() => z.object({ predictions: z.array(entry().extend({ class: z.string() })) }));

/** The best class of an answer that has one, all that were found of an answer with several, the best first; throws STEP_INPUT. */
export function classRows(prediction: unknown, step: string): ClassRow[] {
  const many = manyLabels().safeParse(prediction);
  if (many.success) {
    const { predictions, predicted_classes: names } = many.data;
    return sorted(names.map((name) => rowOf(name, predictions[name])));
  }
  const one = oneLabel().safeParse(prediction);
  if (one.success) return sorted(one.data.predictions.map((found) => rowOf(found.class, found))).slice(0, 1);
  const message = `step "${step}": predictions is no result of a classification; connect the predictions of a classification model`;
  throw new StepError("STEP_INPUT", message, { step });
}

function rowOf(name: string, found: z.output<ReturnType<typeof entry>> | undefined): ClassRow {
  return { class: name, classId: found?.class_id ?? -1, confidence: found?.confidence ?? 0 };
}

function sorted(rows: ClassRow[]): ClassRow[] {
  return rows.sort((a, b) => b.confidence - a.confidence);
}
