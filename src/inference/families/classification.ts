// Classifiers of whole pictures: one number for each class, either scores already or logits.
import {
  describeTensors,
  type FamilyOf,
  type ItemOutputs,
  type ModelFacts,
  no,
  type OutputTensor,
  type Preprocessing,
  type Verdict,
} from "./family.ts";

/** As torchvision's and timm's classifiers are trained; others state theirs. */
const IMAGENET: Preprocessing = {
  order: "rgb",
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  fit: "stretch",
  pad: 0,
};

export const classification: FamilyOf<"classify"> = {
  name: "classification",
  task: "classify",
  preprocessing: IMAGENET,
  match: (facts) => match(facts, { operator: "Softmax", task: "classify" }),
  scores: (outputs) => scoresOf(outputs, softmax),
};

export const multiLabelClassification: FamilyOf<"classify_multi_label"> = {
  name: "multi-label-classification",
  task: "classify_multi_label",
  preprocessing: IMAGENET,
  match: (facts) => match(facts, { operator: "Sigmoid", task: "multi_label_classify" }),
  scores: (outputs) => scoresOf(outputs, logistic),
};

/** One row of numbers is a classifier when the file's end, its metadata or the user says so; it may as well be an embedding. */
function match(facts: ModelFacts, { operator, task }: { operator: string; task: string }): Verdict {
  const { outputs, metadata, outputOperators } = facts.file;
  const classCount = rowLength(outputs);
  if (typeof classCount === "string") return no(classCount);
  const named = metadata["task"];
  if (named !== undefined && named !== task && !facts.stated) {
    return no(`the metadata name the task "${named}", expected "${task}"`);
  }
  const found = `one output of ${classCount} numbers`;
  if (facts.stated) return { matches: true, classCount, reason: `${found}, as stated` };
  if (named === task) return { matches: true, classCount, reason: `${found}, and the task "${task}" in the metadata` };
  const [output] = outputs;
  const last = outputOperators[output?.name ?? ""];
  if (last === operator) return { matches: true, classCount, reason: `${found} that ${operator} makes` };
  const names = [facts.statedCount, facts.nameCount].find((count) => count !== null);
  if (task === "classify" && names === classCount && last !== "Sigmoid") {
    return { matches: true, classCount, reason: `${found}, and as many class names` };
  }
  return no(
    `${found}, but neither ${operator} at the end nor class names tell a classifier from an embedding; state the family`,
  );
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
function scoresOf(outputs: ItemOutputs, toScores: (logits: Float32Array) => Float32Array): Float32Array {
  const numbers = rowOf(outputs);
  const sum = numbers.reduce((total, number) => total + number, 0);
  const areScores = numbers.every((number) => number >= 0 && number <= 1);
  const isDistribution = areScores && Math.abs(sum - 1) < 0.01;
  return isDistribution || (areScores && toScores === logistic) ? numbers : toScores(numbers);
}

function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function logistic(logits: Float32Array): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
}
