import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";
import type { Image } from "../../../kinds/image.ts";
import { type Context, defineBlock } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { classificationIn } from "./answer-classification.ts";

const inputs = lazy(() =>
  z.object({
    image: ref("image").describe("Picture that the model was asked about."),
    vlm_output: ref("language_model_output").describe("The model's answer, with JSON in it."),
    classes: orRef(z.array(z.string()), "list_of_values").describe("Class names in the order of their ids."),
  }),
);
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
  try {
    const predictions = classificationIn(vlm_output, image, {
      classes: classes.map(String),
      inferenceId: inference_id,
    });
    return { error_status: predictions === null, predictions, inference_id };
  } catch {
    // The status says that the answer is not as asked for.
    return { error_status: true, predictions: null, inference_id };
  }
}
