import { StepError } from "../base/errors.ts";
import type { ExpansionOutput } from "../blocks/contract/code.ts";
import type { DynamicSubworkflow } from "../compiler/plan.ts";
import { isDetections } from "../kinds/detections.ts";
import { isImage } from "../kinds/image.ts";
import { DETECTION_KINDS } from "../kinds/kinds.ts";
import { missing } from "./generated.ts";

/** Values for the declared outputs, by name; what is optional may be missing. */
export type DirectValues = Readonly<Record<string, unknown>>;

/**
 * What code returned instead of a workflow: an object with the declared names; the value itself where one output is
 * declared; nothing, where all outputs are optional. Throws DYN002, 004, 005 and 008.
 */
export function readDirect(value: unknown, { outputs }: DynamicSubworkflow): DirectValues {
  const values = byName(value, outputs);
  checkValues(values, outputs);
  return values;
}

function byName(value: unknown, outputs: readonly ExpansionOutput[]): DirectValues {
  if (value === null || value === undefined) return {};
  const names = outputs.map(({ name }) => name);
  if (isPlainObject(value)) {
    const keys = Object.keys(value);
    const required = outputs.filter(({ optional }) => !optional);
    const isWhole = keys.every((key) => names.includes(key)) && required.every(({ name }) => keys.includes(name));
    if (isWhole && keys.length > 0) return value as DirectValues;
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return { [only]: value };
  const found = isPlainObject(value) ? `an object with ${Object.keys(value).join(", ") || "nothing"}` : typeof value;
  const message = `returned ${found}, expected a workflow or an object with ${names.join(", ") || "nothing"}`;
  throw new StepError("DYN002", message);
}

function isPlainObject(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !isImage(value) && !isDetections(value)
  );
}

/** Literal values of outputs have to be what was declared. */
export function checkValues(values: DirectValues, outputs: readonly ExpansionOutput[]): void {
  for (const output of outputs) {
    const value = values[output.name] ?? null;
    if (value === null) {
      if (output.optional) continue;
      throw missing(output);
    }
    if (output.offset === 1 && !Array.isArray(value)) throw notAList(output, value);
    const entries = output.offset === 1 ? (value as unknown[]) : [value];
    const wrong = entries.find((entry) => entry !== null && !fits(entry, output.kinds));
    if (wrong !== undefined) throw notOfKind(output, wrong);
  }
  checkLengths(values, outputs);
}

/** Entries of outputs of one nesting correspond, so there are as many of each. */
function checkLengths(values: DirectValues, outputs: readonly ExpansionOutput[]): void {
  const lengths = new Map<string, number>();
  for (const { name, nesting } of outputs) {
    const value = values[name];
    if (nesting === null || !Array.isArray(value)) continue;
    const other = lengths.get(nesting) ?? value.length;
    lengths.set(nesting, other);
    if (other === value.length) continue;
    const message = `the output "${name}" has ${value.length} entries, but others of the nesting "${nesting}" have ${other}`;
    throw new StepError("DYN005", message, { output: name });
  }
}

const isNumber = (value: unknown) => typeof value === "number";
const isText = (value: unknown) => typeof value === "string";
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Checks that a value itself allows. Kinds that are not listed take any. */
const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...Object.fromEntries(DETECTION_KINDS.map((kind) => [kind, isDetections])),
  image: isImage,
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  float: isNumber,
  float_zero_to_one: (value) => typeof value === "number" && value >= 0 && value <= 1,
  string: isText,
  dictionary: isObject,
  classification_prediction: isObject,
  list_of_values: Array.isArray,
};

function fits(value: unknown, kinds: readonly string[]): boolean {
  return kinds.some((kind) => CHECKS[kind]?.(value) ?? true);
}

function notAList({ name }: ExpansionOutput, value: unknown): StepError {
  const message = `the output "${name}" has "dimensionality_offset": 1, but its value is ${typeof value}, expected a list`;
  return new StepError("DYN005", message, { output: name });
}

function notOfKind({ name, kinds }: ExpansionOutput, value: unknown): StepError {
  const found = isDetections(value) ? "detections" : isImage(value) ? "an image" : typeof value;
  const message = `the output "${name}" is declared as ${kinds.join(" or ")}, but its value is ${found}`;
  return new StepError("DYN004", message, { output: name });
}
