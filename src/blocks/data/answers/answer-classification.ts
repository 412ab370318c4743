import type { Image } from "../../../kinds/image.ts";
import { answerJson } from "./answer-json.ts";
import { confidenceOf } from "./answer-number.ts";

interface Asked {
  classes: readonly string[];
  inferenceId: string;
}

/** The classification that a language model's answer gives for an image, null for another form. May throw. */
export function classificationIn(
  answer: string,
  { width, height, parentId }: Image,
  { classes, inferenceId }: Asked,
): Record<string, unknown> | null {
  const found = classesIn(answer, classes);
  if (found === null) return null;
  return { image: { width, height }, ...found, inference_id: inferenceId, parent_id: parentId };
}

function classesIn(answer: string, classes: readonly string[]): Record<string, unknown> | null {
  const json = answerJson(answer);
  if (json === undefined || Array.isArray(json)) return null;
  const fields = json as Readonly<Record<string, unknown>>;
  if ("class_name" in fields && "confidence" in fields) return oneClass(fields, classes);
  return "predicted_classes" in fields ? severalClasses(fields["predicted_classes"], classes) : null;
}

function oneClass(
  { class_name: top, confidence: told }: Readonly<Record<string, unknown>>,
  classes: readonly string[],
) {
  const confidence = confidenceOf(told);
  const known = idsOf(classes);
  const predictions = [...known].map(([name, id]) => {
    return { class: name as unknown, class_id: id, confidence: name === top ? confidence : 0 };
  });
  if (!known.has(top as string)) predictions.unshift({ class: top, class_id: -1, confidence });
  return { predictions, top, confidence };
}

function severalClasses(told: unknown, classes: readonly string[]) {
  const ids = idsOf(classes);
  const confidences = new Map<string, number>();
  for (const { class: name, confidence } of told as Iterable<{ class: string; confidence: unknown }>) {
    if (!ids.has(name)) ids.set(name, -1);
    confidences.set(name, Math.max(confidences.get(name) ?? 0, confidenceOf(confidence)));
  }
  const predictions = [...ids].map(([name, class_id]) => {
    return [name, { confidence: confidences.get(name) ?? 0, class_id }] as const;
  });
  return { predictions: Object.fromEntries(predictions), predicted_classes: [...confidences.keys()] };
}

/** Of a class named twice the last id. */
function idsOf(classes: readonly string[]): Map<string, number> {
  return new Map(classes.map((name, id) => [name, id]));
}
