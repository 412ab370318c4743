import { StepError } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { ExpansionOutput } from "../blocks/contract/code.ts";

/** What the code of a dynamic step may return: a workflow in the language, its scope being the step's own inputs. */
export interface GeneratedWorkflow {
  type: "GeneratedWorkflow";
  name?: string;
  steps: readonly GeneratedStep[];
  /** A selector of the workflow, or a value. */
  outputs: readonly GeneratedOutput[];
  /** Blocks that exist in this process alone, for the steps of this workflow; no part of what is written. */
  [OWN_BLOCKS]?: readonly Block[];
}

/** Key under which a workflow generated in this process carries its own blocks. */
export const OWN_BLOCKS = Symbol("blocks of a generated workflow");

export interface GeneratedStep {
  type: string;
  name: string;
  step_options?: StepOptions;
  [property: string]: unknown;
}

export interface StepOptions {
  /** Gives the step's state an identity of its own, whatever the rest of the workflow looks like. */
  key?: string;
  /** Steps that run before although none of their data reaches this one. */
  after?: readonly string[];
}

export type GeneratedOutput = { name: string; selector: string } | { name: string; value: unknown };

export function isGenerated(value: unknown): value is { type: "GeneratedWorkflow" } {
  return typeof value === "object" && value !== null && (value as { type?: unknown }).type === "GeneratedWorkflow";
}

/** Checks the form only; the compiler checks the steps. Throws `DYN002` and `DYN003`. */
export function readGenerated(value: object): GeneratedWorkflow {
  const { steps, outputs } = value as { steps?: unknown; outputs?: unknown };
  if (!Array.isArray(steps)) throw malformed(`"steps" is ${typeof steps}, expected a list`);
  if (!Array.isArray(outputs)) throw malformed(`"outputs" is ${typeof outputs}, expected a list`);
  checkSteps(steps);
  checkOutputs(outputs);
  return value as GeneratedWorkflow;
}

function checkSteps(steps: readonly unknown[]): void {
  const keys = new Set<unknown>();
  for (let i = 0; i < steps.length; i++) {
    const step = (steps[i] ?? {}) as Partial<GeneratedStep>;
    if (typeof step.type !== "string" || typeof step.name !== "string") {
      throw malformed(`step ${i} lacks a "type" or a "name", which are texts`);
    }
    const key = step.step_options?.key;
    if (key === undefined) continue;
    if (keys.has(key)) throw faulty(`two steps have the key "${key}"`);
    keys.add(key);
  }
}

/** Places of the steps by their names, which no two may share; throws `DYN003`. */
export function numbersOf({ steps }: GeneratedWorkflow): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (let i = 0; i < steps.length; i++) {
    const name = steps[i]?.name ?? "";
    if (numbers.has(name)) throw faulty(`two steps have the name "${name}"`);
    numbers.set(name, i);
  }
  return numbers;
}

function checkOutputs(outputs: readonly unknown[]): void {
  const names = new Set<string>();
  for (const [i, output] of outputs.entries()) {
    const { name, selector } = (output ?? {}) as { name?: unknown; selector?: unknown };
    if (typeof name !== "string") throw malformed(`output ${i} lacks a "name"`);
    if (typeof selector !== "string" && !Object.hasOwn(output as object, "value")) {
      throw malformed(`output "${name}" has neither a "selector" nor a "value"`);
    }
    if (names.has(name)) throw faulty(`two outputs have the name "${name}"`);
    names.add(name);
  }
}

function malformed(what: string): StepError {
  return new StepError("DYN002", `the generated workflow is not well formed: ${what}`);
}

function faulty(what: string): StepError {
  return new StepError("DYN003", `the generated workflow has faults: ${what}`);
}

/** An output that was promised and is not there. */
export function missing({ name }: ExpansionOutput): StepError {
  return new StepError("DYN008", `the output "${name}" is declared, but nothing is given for it`, { output: name });
}
