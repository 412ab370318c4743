import { createHash } from "node:crypto";
import { ModelError } from "../../base/errors.ts";
import type { FeatureParameters, Features } from "../../kinds/model-task.ts";
import type { ModelDescription } from "../description.ts";
import { rowOf } from "../families/pictures/classification.ts";
import type { ModelItem } from "../request.ts";
import type { Reading } from "./task-reader.ts";

/** What the last linear layer of a classifier takes or gives; these two follow the outputs of the file. */
export function readFeatures({ parameters }: ModelItem, { description, outputs }: Reading): Features {
  // The task of the item says what its parameters are.
  const { output } = parameters as FeatureParameters;
  const { path, head } = description;
  if (head === null || typeof head === "string") {
    const message = `model "${path}": ${head ?? "it is no classifier"}, so it has no ${output.replace("_", " ")}`;
    throw new ModelError("MODEL_FEATURES", message, { path });
  }
  const at = description.outputs.length + (output === "logits" ? 1 : 0);
  const tensor = outputs.outputs[at];
  const vector = tensor === undefined ? new Float32Array() : rowOf({ ...outputs, outputs: [tensor] });
  return { vector, space: spaceOf(description, output) };
}

/** Vectors of one file, one way of feeding it and one output can be compared. */
function spaceOf({ sha256, input }: ModelDescription, output: string): string {
  return createHash("sha256")
    .update(JSON.stringify([sha256, input, output]))
    .digest("hex")
    .slice(0, 32);
}
