// Classifiers of whole pictures: one number for each class, either scores already or logits.

import type { TaskName } from "../../../kinds/model-task.ts";
import { areScores, isDistribution, logistic, softmax } from "../../decoders/scores.ts";
import { describeTensors, ultralyticsOf } from "../evidence.ts";
import {
  type FamilyOf,
  type ItemOutputs,
  type ModelFacts,
  no,
  type OutputTensor,
  type Preprocessing,
  type Verdict,
} from "../family.ts";
import { IMAGENET } from "../preprocessing.ts";

const SCORES_OPTION = { scores: '"done" where the outputs are scores, "logits" where they are not' };

export const classification: FamilyOf<"classify"> = {
  name: "classification",
  aliases: ["vit", "resnet", "efficientnet", "dinov3"],
  task: "classify",
  preprocessing: IMAGENET,
  options: SCORES_OPTION,
  match: (facts) => match(facts, { operator: "Softmax", task: "classify" }),
  scores: (outputs) => scoresOf(outputs, "softmax"),
};

export const multiLabelClassification: FamilyOf<"classify_multi_label"> = {
  name: "multi-label-classification",
  task: "classify_multi_label",
  preprocessing: IMAGENET,
  options: SCORES_OPTION,
  match: (facts) => match(facts, { operator: "Sigmoid", task: "classify_multi_label" }),
  scores: (outputs) => scoresOf(outputs, "sigmoid"),
};

/** One row of numbers is a classifier when something tells a task or the classes; it may as well be an embedding. */
function match(facts: ModelFacts, { operator, task }: { operator: string; task: TaskName }): Verdict {
  const { outputs, outputOperators } = facts.file;
  const classCount = rowLength(outputs);
  if (typeof classCount === "string") return no(classCount);
  const found = `one output of ${classCount} numbers`;
  const is = (why: string): Verdict => ({ matches: true, classCount, reason: `${found}${why}`, ...feedingOf(facts) });
  if (facts.stated) return is(", as stated");
  if (facts.task?.name === task) return is(`, and ${facts.task.source} name the task "${facts.task.text}"`);
  const [output] = outputs;
  const last = outputOperators[output?.name ?? ""];
  if (last === operator) return is(` that ${operator} makes`);
  const names = [facts.statedCount, facts.nameCount].find((count) => count !== null);
  if (task === "classify" && names === classCount && last !== "Sigmoid") return is(", and as many class names");
  return no(
    `${found}, but neither ${operator} at the end nor class names tell a classifier from an embedding`,
    "the family",
  );
}

/** The classifiers of Ultralytics take values of 0 to 1, and files that take bytes scale them themselves. */
function feedingOf(facts: ModelFacts): { preprocessing?: Partial<Preprocessing> } {
  if (ultralyticsOf(facts) !== null) return { preprocessing: { mean: [0, 0, 0], std: [1, 1, 1], fit: "cover_center" } };
  return facts.image.info.elementType === "uint8"
    ? { preprocessing: { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } }
    : {};
}

/** Length of the only output after the batch axis, axes of length 1 left out; a text tells why there is none. */
export function rowLength(outputs: ModelFacts["file"]["outputs"]): number | string {
  const [output, ...others] = outputs;
  const dims = output?.shape.slice(1).filter((dim) => dim !== 1) ?? [];
  const [length] = dims;
  if (others.length === 0 && dims.length === 1 && typeof length === "number") return length;
  return `expected one output of a row of numbers, found ${describeTensors(outputs)}`;
}

/** The numbers of one picture. */
export function rowOf({ outputs, index }: ItemOutputs): Float32Array {
  const { data, dims } = outputs[0] as OutputTensor;
  const length = data.length / dims[0]!;
  return data.slice(index * length, (index + 1) * length);
}

/** Numbers that are scores already stay as they are. */
function scoresOf(outputs: ItemOutputs, activation: "softmax" | "sigmoid"): Float32Array {
  const numbers = rowOf(outputs);
  const told = outputs.layout["scores"];
  const isDone =
    told === undefined ? isDistribution(numbers) || (activation === "sigmoid" && areScores(numbers)) : told === "done";
  if (isDone) return numbers;
  return activation === "softmax" ? softmax(numbers) : numbers.map(logistic);
}
