import { messageOf, StepError } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { PlanStep } from "../compiler/plan.ts";
import { kindFault } from "../kinds/kind-fault.ts";
import type { ReadChildren } from "./elements.ts";
import { type Level, levelBelow } from "./levels.ts";
import type { Values } from "./values.ts";

export interface StepResultsSettings {
  plan: PlanStep;
  block: Pick<Block, "flow" | "outputOffset">;
  childrenOf: ReadChildren;
  /** Called for an element whose result cannot be used. */
  fail: (error: StepError, i: number, values: Values) => void;
}

/** What a block returned becomes the values of its outputs: one result for each element, undefined for those that it did not run for. */
export class StepResults {
  readonly #plan: PlanStep;
  readonly #block: StepResultsSettings["block"];
  readonly #childrenOf: ReadChildren;
  readonly #fail: StepResultsSettings["fail"];
  /** Code of a definition is not typed, so its outputs are held to their kinds. */
  readonly #isHeld: boolean;

  constructor({ plan, block, childrenOf, fail }: StepResultsSettings) {
    this.#plan = plan;
    this.#block = block;
    this.#childrenOf = childrenOf;
    this.#fail = fail;
    this.#isHeld = plan.code !== null && plan.subworkflow === null;
  }

  register(level: Level, results: unknown[], values: Values): void {
    if (this.#block.flow)
      values.setFlow(
        this.#plan,
        results.map((result, i) => this.#targetsOf(result, i, values)),
      );
    else if (this.#block.outputOffset === 1) this.#registerBelow(level, results, values);
    else if (this.#plan.outputLevel === this.#plan.level) this.#registerAt(results, values);
    else this.#registerAligned(results, values);
  }

  #registerAt(results: unknown[], values: Values): void {
    const { outputs } = this.#plan;
    const columns = outputs.map(() => new Array<unknown>(results.length));
    for (let i = 0; i < results.length; i++) {
      const object = this.#objectOf(results[i], i, values);
      for (let n = 0; n < outputs.length; n++) columns[n]![i] = this.#outputOf(object, outputs[n]!.name, i, values);
    }
    this.#registerColumns(columns, values);
  }

  /** Every element's result is a list: its elements make a new level. */
  #registerBelow(level: Level, results: unknown[], values: Values): void {
    const lists = results.map((result, i) => this.#listOf(result, i, values));
    values.setLevel(
      this.#plan.outputLevel,
      levelBelow(
        level,
        lists.map((list) => list.length),
      ),
    );
    this.#registerFlat(lists, values);
  }

  /** Outputs live one level deeper than the step runs, on those elements that were in its lists. */
  #registerAligned(results: unknown[], values: Values): void {
    const { starts } = values.level(this.#plan.outputLevel);
    const lists = results.map((result, i) => {
      const first = starts[i] ?? 0;
      const aligned = new Array<unknown>((starts[i + 1] ?? first) - first).fill(null);
      if (result === undefined || result === null) return aligned;
      const list = this.#listOf(result, i, values);
      const children = this.#childrenOf(i, values);
      if (list.length === children.length)
        for (const [n, child] of children.entries()) aligned[child - first] = list[n];
      else this.#fail(misbehaved(`returned ${list.length} results for ${children.length} elements`), i, values);
      return aligned;
    });
    this.#registerFlat(lists, values);
  }

  #registerFlat(lists: readonly unknown[][], values: Values): void {
    const objects = lists.flatMap((list, i) =>
      list.map((result) => ({ i, object: this.#objectOf(result, i, values) })),
    );
    const { outputs } = this.#plan;
    this.#registerColumns(
      outputs.map(({ name }) => objects.map(({ i, object }) => this.#outputOf(object, name, i, values))),
      values,
    );
  }

  /** One column for each output; lists in a column of nested values become elements of the levels below. */
  #registerColumns(columns: readonly (readonly unknown[])[], values: Values): void {
    for (const [n, { slot, below }] of this.#plan.outputs.entries()) {
      let column = columns[n] ?? [];
      let above = this.#plan.outputLevel;
      for (const level of below) {
        const lists = column.map((list) => (Array.isArray(list) ? (list as unknown[]) : []));
        if (level === this.#plan.children) column = this.#alignedLists(lists, values).flat();
        else column = openLevel(lists, { level, above }, values);
        above = level;
      }
      values.set(slot, column);
    }
  }

  /** Results for the elements of the step's lists, at the places of those elements. */
  #alignedLists(lists: readonly unknown[][], values: Values): unknown[][] {
    return lists.map((list, i) => {
      const { starts } = values.level(this.#plan.children ?? 0);
      const first = starts[i] ?? 0;
      const aligned = new Array<unknown>((starts[i + 1] ?? first) - first).fill(null);
      for (const [n, child] of this.#childrenOf(i, values).entries()) aligned[child - first] = list[n] ?? null;
      return aligned;
    });
  }

  #listOf(result: unknown, i: number, values: Values): unknown[] {
    if (result === undefined || result === null) return [];
    if (Array.isArray(result)) return result;
    this.#fail(misbehaved(notList(result)), i, values);
    return [];
  }

  #objectOf(result: unknown, i: number, values: Values): Record<string, unknown> | null {
    const { outputs } = this.#plan;
    if (result === undefined || result === null || outputs.length === 0) return null;
    const wrong = notObject(result, outputs);
    if (wrong === null) return result as Record<string, unknown>;
    this.#fail(misbehaved(wrong), i, values);
    return null;
  }

  /** What code returned may fail when it is read. */
  #outputOf(object: Record<string, unknown> | null, name: string, i: number, values: Values): unknown {
    try {
      const value = object?.[name] ?? null;
      const wrong = value === null || !this.#isHeld ? null : this.#wrongKind(name, value);
      if (wrong === null) return value;
      this.#fail(misbehaved(wrong), i, values);
      return null;
    } catch (error) {
      this.#fail(misbehaved(`returned an output "${name}" that cannot be read: ${messageOf(error)}`), i, values);
      return null;
    }
  }

  /** Values that are nested deeper are lists here. */
  #wrongKind(name: string, value: unknown): string | null {
    const output = this.#plan.outputs.find((candidate) => candidate.name === name);
    const wrong = output === undefined || output.below.length > 0 ? null : kindFault(value, output.kinds);
    return wrong === null ? null : `returned for the output "${name}" ${wrong}`;
  }

  #targetsOf(result: unknown, i: number, values: Values): readonly string[] {
    if (result === undefined) return [];
    if (Array.isArray(result) && result.every((target) => typeof target === "string")) return result;
    this.#fail(misbehaved(`returned ${nameOf(result)}, expected a list of the steps that may run`), i, values);
    return [];
  }

  /** What is wrong with the result of one element, null for nothing. */
  misshapen(answer: unknown): string | null {
    if (this.#block.flow || answer === null || this.#plan.outputs.length === 0) return null;
    const isList = this.#block.outputOffset === 1 || this.#plan.outputLevel !== this.#plan.level;
    if (!isList) return this.#notResult(answer);
    if (!Array.isArray(answer)) return notList(answer);
    const items = answer.filter((item) => item !== null && item !== undefined);
    return items.map((item) => this.#notResult(item)).find((wrong) => wrong !== null) ?? null;
  }

  #notResult(answer: unknown): string | null {
    const wrong = notObject(answer, this.#plan.outputs);
    if (wrong !== null || !this.#isHeld) return wrong;
    const result = answer as Record<string, unknown>;
    return (
      this.#plan.outputs.map(({ name }) => this.#wrongKind(name, result[name])).find((kind) => kind !== null) ?? null
    );
  }
}

/** Entries of lists, which are the elements of a level; the first output of a level opens it. */
function openLevel(lists: readonly unknown[][], place: { level: number; above: number }, values: Values): unknown[] {
  if (!values.isOpen(place.level)) {
    const counts = lists.map((list) => list.length);
    values.setLevel(place.level, levelBelow(values.level(place.above), counts));
  }
  return lists.flat();
}

function hasAll(result: object, outputs: PlanStep["outputs"]): boolean {
  for (const { name } of outputs) if (!Object.hasOwn(result, name)) return false;
  return true;
}

/** Null for an object with all outputs. */
function notObject(result: unknown, outputs: PlanStep["outputs"]): string | null {
  if (typeof result === "object" && result !== null && hasAll(result, outputs)) return null;
  return `returned ${nameOf(result)}, expected an object with ${outputs.map((output) => output.name).join(", ")}`;
}

function notList(result: unknown): string {
  return `returned ${nameOf(result)}, expected a list of objects`;
}

/** The failure of a block that did not keep to its manifest. */
export function misbehaved(what: string): StepError {
  return new StepError("STEP_RESULT", what);
}

/** What a block returned, in a few words. */
function nameOf(result: unknown): string {
  if (Array.isArray(result)) return `a list of ${result.length}`;
  if (typeof result !== "object" || result === null) return result === null ? "null" : typeof result;
  return `an object with ${Object.keys(result).slice(0, 10).join(", ") || "nothing"}`;
}
