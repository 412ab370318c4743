import type { Plan, PlanInput } from "../../compiler/plan.ts";
import { brief } from "../../definition/brief.ts";
import type { KindCodecs } from "../../kinds/codec.ts";
import { deserialise } from "../../kinds/deserialise.ts";

/** What was wrong with the value given for an input. */
export interface InputFault {
  input: string;
  /** A sentence that names the input. */
  message: string;
  /** Nothing was given for it. */
  isMissing?: true;
}

export interface RuntimeInputs {
  /** Elements of the batch. */
  size: number;
  /** Values for the engine: batch inputs as lists of `size`, parameters with their defaults; none for faulty ones. */
  inputs: Record<string, unknown>;
  faults: InputFault[];
}

export interface InputSettings {
  codecs: KindCodecs;
  /** Inputs that something else feeds, such as the frames of a camera. */
  isFed?: (input: PlanInput) => boolean;
  /** Words for a value in faults; the value itself by default. */
  shown?: (input: string, value: unknown) => string;
}

/**
 * JSON values for a definition's inputs by the reference's rules: the first longer list sets the size, single values are
 * repeated, every value is read as its kinds say. Values that are no inputs are ignored.
 */
export function readInputs(
  plan: Plan,
  given: Given,
  { codecs, isFed = () => false, shown = shownValue }: InputSettings,
): RuntimeInputs {
  const size = batchSize(plan, given);
  const reading: Reading = { codecs, shown, faults: [] };
  const inputs: Record<string, unknown> = {};
  for (const input of plan.inputs) {
    if (isFed(input)) continue;
    const value = Object.hasOwn(given, input.name) ? given[input.name] : undefined;
    const before = reading.faults.length;
    const found = input.batch ? batch(input, { value, size }, reading) : parameter(input, value, reading);
    if (reading.faults.length === before) inputs[input.name] = found;
  }
  return { size, inputs, faults: reading.faults };
}

/** True for inputs that take frames of cameras. */
export function isFedByFrames({ batch: isBatch, kinds }: PlanInput): boolean {
  return isBatch && (kinds.includes("image") || kinds.includes("video_metadata"));
}

function shownValue(_: string, value: unknown): string {
  return brief(value);
}

type Given = Readonly<Record<string, unknown>>;

interface Reading extends Required<Pick<InputSettings, "codecs" | "shown">> {
  faults: InputFault[];
}

function batchSize(plan: Plan, given: Given): number {
  const lists = plan.inputs.filter((input) => input.batch).map(({ name }) => given[name]);
  return lists.find((value): value is unknown[] => Array.isArray(value) && value.length > 1)?.length ?? 1;
}

function batch(input: PlanInput, { value, size }: { value: unknown; size: number }, reading: Reading): unknown[] {
  const { name, kinds, dimensionality } = input;
  if (value === undefined || value === null) {
    const message = `input "${name}" is missing: it takes ${kinds.includes("*") ? "any kind" : kinds.join(" or ")}`;
    reading.faults.push({ input: name, message, isMissing: true });
    return [];
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length !== size && list.length !== 1) {
    const found = `input "${name}" has ${list.length} elements`;
    const wanted = size === 1 ? "one" : `${size} or one for all`;
    reading.faults.push({ input: name, message: `${found}, expected ${wanted}` });
    return [];
  }
  const read = list.map((item, i) => {
    return element(item, { input, where: Array.isArray(value) ? `[${i}]` : "", depth: dimensionality }, reading);
  });
  return list.length === size ? read : new Array(size).fill(read[0]);
}

interface Place {
  input: PlanInput;
  /** Indices, as text. */
  where: string;
  /** Levels of lists down to the values, 1 for the values themselves. */
  depth: number;
}

function element(value: unknown, place: Place, reading: Reading): unknown {
  const { input, where, depth } = place;
  if (value === null || value === undefined) return null;
  if (depth <= 1) return leaf(value, place, reading);
  if (Array.isArray(value)) {
    return value.map((item, i) => element(item, { input, where: `${where}[${i}]`, depth: depth - 1 }, reading));
  }
  const levels = `a list, for the input has dimensionality ${input.dimensionality}`;
  const message = `input "${input.name}"${where} is ${brief(value)}, expected ${levels}`;
  reading.faults.push({ input: input.name, message });
  return null;
}

function leaf(value: unknown, { input, where }: Place, { codecs, shown, faults }: Reading): unknown {
  const answer = deserialise(value, input.kinds, codecs);
  if ("value" in answer) return answer.value;
  const found = `input "${input.name}"${where} is ${shown(input.name, value)}`;
  faults.push({ input: input.name, message: `${found}${because(answer.reasons)}` });
  return null;
}

function because([only = "", ...others]: readonly string[]): string {
  if (others.length > 0) return `, which is none of its kinds: ${[only, ...others].join("; ")}`;
  return only.startsWith("expected") ? `, ${only}` : `: ${only}`;
}

/** What is not given is the default; null is a value. A default that no kind takes is left to the steps that use it. */
function parameter(input: PlanInput, value: unknown, reading: Reading): unknown {
  if (value === null) return null;
  if (value !== undefined) return leaf(value, { input, where: "", depth: 0 }, reading);
  const { defaultValue, kinds } = input;
  if (defaultValue === null || defaultValue === undefined) return null;
  const answer = deserialise(defaultValue, kinds, reading.codecs);
  return "value" in answer ? answer.value : defaultValue;
}
