import { StepError } from "../base/errors.ts";
import type { FunctionStep } from "./function-step.ts";
import type { Node } from "./pipeline.ts";
import { isPromised, meaningOf, promise } from "./promised.ts";

type Values = Readonly<Record<string, unknown>>;

/** A function gets what it asks for, of the kinds it takes. */
export function checkGiven({ name, inputs }: FunctionStep, given: Values, wanted: readonly string[]): void {
  for (const input of Object.keys(given)) {
    if (!Object.hasOwn(inputs, input)) throw invalid(`step "${name}" has no input "${input}"; ${listOf(inputs)}`);
  }
  for (const [input, kind] of Object.entries(inputs)) {
    if (wanted.includes(input)) continue;
    if (!Object.hasOwn(given, input)) throw invalid(`step "${name}" lacks its input "${input}"`);
    const value = given[input];
    if (!isPromised(value)) continue;
    const { what, kinds } = meaningOf(value);
    if (kind === "*" || kinds.includes("*") || kinds.includes(kind)) continue;
    const message = `step "${name}" takes ${kind} for "${input}", but ${what} is ${kinds.join(" or ")}`;
    throw new StepError("DYN004", message, { step: name, input });
  }
}

function listOf(inputs: FunctionStep["inputs"]): string {
  return `it has ${Object.keys(inputs).join(", ") || "none"}`;
}

/** A value of a part of a workflow in terms of the whole: its inputs are bound, its steps are copies. */
export function movePromised(value: unknown, bindings: Values, copies: ReadonlyMap<Node, Node>): unknown {
  if (isPromised(value)) {
    const { from, kinds, what } = meaningOf(value);
    if ("input" in from) return bindings[from.input];
    const copy = copies.get(from.step as Node);
    return copy === undefined ? value : promise({ what, kinds, from: { step: copy, output: from.output } });
  }
  if (Array.isArray(value)) return value.map((item) => movePromised(item, bindings, copies));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, movePromised(item, bindings, copies)]));
}

export function invalid(what: string): StepError {
  return new StepError("DYN003", `the workflow has faults: ${what}`);
}
