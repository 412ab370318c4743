// What families find in a file, and how they say it.
import type { TensorInfo } from "../files/onnx-file.ts";
import { readPythonLiteral } from "../files/python-literal.ts";
import type { ModelFacts } from "./family.ts";

/** The dimensions after the batch axis of a file's only output, or why there are none. */
export function onlyOutput({ file }: ModelFacts): readonly [number | string, number | string] | string {
  const [output, ...others] = file.outputs;
  const [, first, second, ...rest] = output?.shape ?? [];
  if (output !== undefined && others.length === 0 && first !== undefined && second !== undefined && rest.length === 0) {
    return [first, second];
  }
  return `expected one output of 3 dimensions, found ${describeTensors(file.outputs)}`;
}

export function describeTensors(tensors: readonly TensorInfo[]): string {
  return tensors.map(({ name, shape }) => `"${name}" [${shape.join(", ")}]`).join(" and ") || "none";
}

/** How many classes the names tell, null where there are none; what is stated comes first. */
export function namedClasses({ statedCount, nameCount }: ModelFacts): number | null {
  return statedCount ?? nameCount;
}

/** Names that do not fit the number of classes, as a reason to refuse; null for none. */
export function contradiction(facts: ModelFacts, classCount: number, where: string): string | null {
  const named = namedClasses(facts);
  if (named === null || named === classCount) return null;
  return `there are ${named} class names, and ${where} tell ${classCount} classes`;
}

/** What an exporter of Ultralytics left in the metadata; null where another program made the file. */
export function ultralyticsOf({ file: { metadata } }: Pick<ModelFacts, "file">): Ultralytics | null {
  const { task, stride, author, head, end2end, description, kpt_shape: shape, args } = metadata;
  if (task === undefined && stride === undefined && author !== "Ultralytics") return null;
  const isDetr = head === "RTDETRDecoder" || (head === undefined && /rt-?detr/i.test(description ?? ""));
  const hasSuppression = /'nms': True/.test(args ?? "");
  return { task: task ?? null, isDetr, isEndToEnd: end2end === "True" || hasSuppression, pointShape: pairOf(shape) };
}

export interface Ultralytics {
  task: string | null;
  /** The head is that of RT-DETR, whose boxes are shares of the picture. */
  isDetr: boolean;
  /** Each row is an object already. */
  isEndToEnd: boolean;
  /** Number of points of an object, and of numbers for each. */
  pointShape: readonly [number, number] | null;
}

function pairOf(text: string | undefined): readonly [number, number] | null {
  const value = readPythonLiteral(text ?? "");
  if (!Array.isArray(value)) return null;
  const [count, size] = value;
  return typeof count === "number" && typeof size === "number" ? [count, size] : null;
}

/** Outputs by name, for layouts that name them; undefined for those that the file lacks. */
export function outputNamed(
  { file: { outputs } }: Pick<ModelFacts, "file">,
  ...names: string[]
): TensorInfo | undefined {
  // Exporters that join graphs put the name of the graph before.
  return outputs.find(({ name }) => names.includes(name.replace(/^graph\d*_/, "")));
}

export function isFloat({ elementType }: TensorInfo): boolean {
  return elementType.includes("float");
}
