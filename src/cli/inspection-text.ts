import { basename } from "node:path";
import type { inspectModelFile } from "../daemon/prepare/model-list.ts";

type Inspected = Awaited<ReturnType<typeof inspectModelFile>>;
type Tensor = Inspected["inputs"][number];

/** What a model file is, on one screen: the verdict and what decided, inputs and outputs, classes, what else was considered. */
export function inspectionText(model: Inspected): string {
  return [
    `family: ${model.family ?? "unknown"}${model.familySource === null ? "" : ` (of the package ${model.familySource})`}`,
    ...(model.task === null ? [] : [`task: ${model.task.replaceAll("_", " ")}`]),
    ...model.reasons.map((reason) => `  because ${short(reason)}`),
    "inputs",
    ...model.inputs.map(tensor),
    "outputs",
    ...limited(model.outputs.map(tensor), MOST_TENSORS),
    ...decoder(model),
    ...(model.input === null ? [] : [`pictures: ${pictures(model.input)}`]),
    ...texts(model),
    ...points(model),
    `classes (${model.classesFrom}): ${listed(model.classes)}`,
    `batch: ${model.dynamicBatch ? "free" : "fixed"}; opset ${model.opset}; ${model.sizeBytes} bytes; sha256 ${model.sha256}`,
    ...Object.entries(model.familyOptions).map(([name, meaning]) => `option ${name}: ${meaning}`),
    ...considered(model),
    ...toState(model),
  ].join("\n");
}

const MOST_TENSORS = 6;
const MOST_CONSIDERED = 6;
const MOST_DECODER_TENSORS = 10;
const LONGEST = 200;
/** The outputs are on the screen already. */
const FOUND = /, found ".*$/;

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function limited(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `  … ${lines.length} in all`];
}

function tensor({ name, elementType, shape }: Tensor): string {
  return `  ${name}: ${elementType} [${shape.join(", ")}]`;
}

/** The file beside it that takes prompts. */
function decoder({ decoder: second }: Inspected): string[] {
  if (second === null) return [];
  const tensors = [...second.inputs, ...second.outputs];
  return [`decoder ${basename(second.path)}`, ...limited(tensors.map(tensor), MOST_DECODER_TENSORS)];
}

const CONTRASTS = {
  stretch: "stretched",
  equalize: "equalized",
  equalize_locally: "equalized place by place",
};

/** How pixels become the input. */
function pictures(input: NonNullable<Inspected["input"]>): string {
  const { width, height, isFree, order, fit, pad, scale, mean, std, part, grey, contrast } = input;
  const changes = [
    ...(part === undefined ? [] : [`the part from ${part[0]}, ${part[1]} to ${part[2]}, ${part[3]} percent`]),
    ...(grey ? ["without colours"] : []),
    ...(contrast === undefined ? [] : [`contrast ${CONTRASTS[contrast]}`]),
  ].map((change) => `${change}, `);
  const size = isFree ? "a size for each image" : `${width}x${height}`;
  const border = fit.startsWith("letterbox") || fit === "crop_center" ? `, border ${pad}` : "";
  const factor = scale === 1 ? "bytes" : `bytes x ${Number(scale.toPrecision(4))}`;
  const isNormal = mean.some((value) => value !== 0) || std.some((value) => value !== 1);
  const normal = isNormal ? ` - [${mean.join(", ")}] / [${std.join(", ")}]` : "";
  return `${changes.join("")}${size} ${order}, ${fit.replaceAll("_", " ")}${border}, values ${factor}${normal}`;
}

/** How texts become tokens, and the tower that takes them where it is not what was listed. */
function texts({ texts: tower, tokens, path, input }: Inspected): string[] {
  if (tower === null) return tokens === null ? [] : [`texts: ${tokenRule(tokens)}`];
  const rule = `texts: ${tokenRule(tower.feeding)}, to "${tower.vector}"`;
  if (input === null) return [rule];
  const where = tower.path === path ? "in the same file" : tower.path;
  return [rule, `  ${where}`, ...tower.inputs.map(tensor), ...tower.outputs.map(tensor)];
}

function tokenRule({ most, isFilled, padding, vocabulary }: NonNullable<Inspected["tokens"]>): string {
  const words = vocabulary.type === "clip" ? "CLIP's vocabulary" : vocabulary.path;
  return `at most ${most} tokens, filled up ${isFilled ? "" : "to the longest "}with ${padding}, by ${words}`;
}

function points({ points: lists }: Inspected): string[] {
  return lists.length === 0 ? [] : [`points: ${lists.map((names) => listed(names)).join("; ")}`];
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return `${names.slice(0, 12).join(", ")}${names.length > 12 ? `, … ${names.length} in all` : ""}`;
}

/** Those that a statement would change, or that differ in one thing, come first. */
function considered({ considered, family, reasons }: Inspected): string[] {
  const title = family === null ? "considered" : "considered as well";
  const all = considered.filter((line) => !reasons.includes(line));
  return all.length === 0
    ? []
    : [
        title,
        ...limited(
          all.map((line) => `  ${short(line.replace(FOUND, ""))}`),
          MOST_CONSIDERED,
        ),
      ];
}

/** What to state where the verdict is wrong or missing: the families that only a statement keeps out, else any of what may be stated. */
function toState({ considered: all, family }: Inspected): string[] {
  const near = all.flatMap((line) => /^not ([a-z0-9-]+): .*; state /.exec(line)?.[1] ?? []);
  const title = family === null ? "to run it, state in the config" : "if it is wrong, state in the config";
  const which = near.length === 0 ? "family" : `family (${near.slice(0, MOST_NEAR).join(", ")})`;
  return [`${title}: ${which}, classes, width, height, preprocessing, options (docs/model-families.md)`];
}

const MOST_NEAR = 6;
