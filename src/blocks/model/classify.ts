import type { Image } from "../../kinds/image.ts";
import { leastScores } from "../../kinds/least-score.ts";
import type { TaskItem, TaskParameters } from "../../kinds/model-task.ts";
import type { Context } from "../contract/block.ts";
import type { ModelAnswer } from "../contract/services.ts";
import { askModels } from "./ask-models.ts";
import { type ConfidenceInputs, confidenceOf } from "./model-fields.ts";

type ClassifyTask = "classify" | "classify_multi_label";
type Inputs = { images: Image; model_id: string } & ConfidenceInputs;

export interface Asked {
  /** Lowest score of a class that is reported, by class. */
  least: readonly number[];
}

/** What becomes of the scores, beside the fields that every classification has. */
type Predicted<T extends ClassifyTask> = (answer: ModelAnswer<T> | undefined, asked: Asked) => object;

/** Lowest score where none is stated, as with the reference. */
const DEFAULT_CONFIDENCE = 0.5;

/** Asks a classifier about all images of a batch. */
export function classifyAll<T extends ClassifyTask>(task: T, predicted: Predicted<T>) {
  return async (elements: readonly Inputs[], contexts: readonly Context<undefined, undefined>[]) => {
    const { models, ids } = (contexts[0] as Context).services;
    const questions = elements.map(({ model_id, images }) => {
      return { model: model_id, item: images as TaskItem<T>, parameters: {} as TaskParameters<T> };
    });
    const answers = await askModels(models, task, questions);
    return elements.map((inputs, i) => {
      const { images: image, model_id } = inputs;
      const inference_id = ids.uuid();
      const { classes = [], recommended = null } = answers[i] ?? {};
      const least = leastScores(confidenceOf(inputs), classes, { usual: DEFAULT_CONFIDENCE, recommended });
      const predictions = {
        image: { width: image.width, height: image.height },
        ...predicted(answers[i], { least }),
        inference_id,
        prediction_type: "classification",
        parent_id: image.parentId,
        root_parent_id: image.root.id,
      };
      return { predictions, inference_id, model_id };
    });
  };
}
