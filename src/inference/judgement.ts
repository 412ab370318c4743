import { ModelError } from "../base/errors.ts";
import { namesInMetadata } from "./classes.ts";
import type { ModelDescription } from "./description.ts";
import type { OnnxFile } from "./files/onnx-file.ts";

/** What a file was judged to be, beside its facts. */
export type Judgement = Omit<
  ModelDescription,
  | "id"
  | "path"
  | "sha256"
  | "sizeBytes"
  | "inputs"
  | "outputs"
  | "outputOperators"
  | "opset"
  | "producer"
  | "metadata"
  | "decoder"
  | "head"
>;

/** What is known of a file of no family; throws `ModelError` where one is stated. */
export function noFamily(reasons: string[], stated: string | undefined, file: OnnxFile): Judgement {
  if (stated !== undefined) {
    const message = `the stated family does not fit: ${reasons.join("; ")}`;
    throw new ModelError("MODEL_FAMILY_MISMATCH", message, { family: stated, reasons });
  }
  const named = namesInMetadata(file.metadata);
  return {
    family: null,
    familySource: null,
    task: null,
    reasons,
    classes: named ?? [],
    classesFrom: named === null ? "numbered" : "metadata",
    points: [],
    layout: {},
    slots: null,
    confidence: null,
    recommended: null,
    input: null,
    texts: null,
    tokens: null,
    part: null,
    dynamicBatch: typeof file.inputs[0]?.shape[0] === "string",
    familyOptions: {},
    considered: reasons,
  };
}
