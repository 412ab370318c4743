import type { Detection } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import type { DetectParameters, TaskParameters } from "../../kinds/model-task.ts";
import type { Context } from "../contract/block.ts";
import type { ModelAnswer } from "../contract/services.ts";
import { askModels } from "./ask-models.ts";
import { foundDetections } from "./found-detections.ts";
import { type ConfidenceInputs, detectParameters, type ObjectInputs } from "./model-fields.ts";

export type FindInputs = { images: Image; model_id: string } & ObjectInputs & ConfidenceInputs;

const NOTHING = { reply: { rows: new Float32Array() }, classes: [] };

interface Details<T extends "detect" | "segment" | "keypoints"> {
  /** What the task is asked beside what a detector is. */
  parameters: (element: number) => Omit<TaskParameters<T>, keyof DetectParameters>;
  /** What it knows of the object of a row beside its box. */
  extra: (answer: ModelAnswer<T>, row: number, element: number) => Partial<Detection>;
}

/** Asks models for objects of every element. */
export async function findObjects<T extends "detect" | "segment" | "keypoints">(
  task: T,
  elements: readonly FindInputs[],
  contexts: readonly Context<undefined, undefined>[],
  { parameters, extra }: Details<T>,
) {
  const { models, ids } = (contexts[0] as Context).services;
  const questions = elements.map((inputs, i) => ({
    model: inputs.model_id,
    item: inputs.images,
    parameters: { ...detectParameters(inputs), ...parameters(i) } as TaskParameters<T>,
  }));
  const answers = await askModels(models, task, questions);
  return elements.map(({ images: image, model_id }, i) => {
    const answer = answers[i];
    const inferenceId = ids.uuid();
    const about = { ids, inferenceId, extra: (row: number) => (answer === undefined ? {} : extra(answer, row, i)) };
    const predictions = foundDetections(answer ?? NOTHING, image, about);
    return { inference_id: inferenceId, predictions, model_id };
  });
}
