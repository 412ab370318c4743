import { z } from "zod";
import type { Image } from "../../kinds/image.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { answerJson } from "./answer-json.ts";
import { confidenceOf } from "./answer-number.ts";

const inputs = z.object({
  image: ref("image").describe("Picture that the model was asked about."),
  vlm_output: ref("language_model_output").describe("The model's answer, with JSON in it."),
  classes: orRef(z.array(z.string()), "list_of_values").describe("Class names in the order of their ids."),
});
const example = { image: "$inputs.image", vlm_output: "$inputs.answer", classes: ["cat", "dog"] };

export const vlmAsClassifierV1 = defineBlock({
  type: "roboflow_core/vlm_as_classifier@v1",
  category: "data",
  summary: "Reads a classification from the answer of a language model.",
  inputs,
  outputs: { error_status: "boolean", predictions: "classification_prediction", inference_id: "string" },
  needs: ["ids"],
  example,
  run: classified,
});

export const vlmAsClassifierV2 = defineBlock({
  type: "roboflow_core/vlm_as_classifier@v2",
  category: "data",
  summary: "Reads a classification from the answer of a language model, with an id of its own kind.",
  inputs,
  outputs: { error_status: "boolean", predictions: "classification_prediction", inference_id: "inference_id" },
  needs: ["ids"],
  example,
  run: classified,
});

interface Values {
  image: Image;
  vlm_output: string;
  classes: unknown[];
}

function classified({ image, vlm_output, classes }: Values, { services }: Pick<Context, "services">) {
  const inference_id = services.ids.uuid();
  const about = { image: { width: image.width, height: image.height } };
  const end = { inference_id, parent_id: image.parentId };
  try {
    const found = classificationIn(vlm_output, classes.map(String));
    if (found !== null) return { error_status: false, predictions: { ...about, ...found, ...end }, inference_id };
  } catch {
    // The status says that the answer is not as asked for.
  }
  return { error_status: true, predictions: null, inference_id };
}

function classificationIn(answer: string, classes: readonly string[]): Record<string, unknown> | null {
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
