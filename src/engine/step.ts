import { MillraceError, messageOf, StepError } from "../base/errors.ts";
import type { Block, Context } from "../blocks/block.ts";
import type { Services } from "../blocks/services.ts";
import type { PlanStep } from "../compiler/plan.ts";
import type { StepFault } from "./batch.ts";
import { childReader, elementReader, type ReadChildren, type ReadElement } from "./elements.ts";
import { type Level, levelBelow } from "./levels.ts";
import { Recovery } from "./recovery.ts";
import type { Values } from "./values.ts";

/** What a running step needs from its surroundings. */
export interface StepSettings {
  services: Services;
  /**
   * `throw` ends the run at the first failure; `isolate` makes the element's outputs null and goes on; `abandon` does
   * so and runs no further steps for what belongs to that element of the batch.
   */
  onError: "throw" | "isolate" | "abandon";
  /** Values of the initialisation parameters that a block asks for; none when absent. */
  initOf?: (block: Block) => Readonly<Record<string, unknown>>;
  /** States by key that a step shares with steps of other plans; undefined for a step with its own. */
  statesOf?: (step: PlanStep) => Map<string, unknown> | undefined;
}

const NO_INIT: Readonly<Record<string, unknown>> = {};

/** One step of a plan with its block, its prepared properties and its state for each source. */
export class Step {
  readonly plan: PlanStep;
  readonly #block: Block;
  readonly #settings: StepSettings;
  readonly #read: ReadElement;
  readonly #childrenOf: ReadChildren;
  readonly #prepared: unknown;
  readonly #init: Readonly<Record<string, unknown>>;
  readonly #states: Map<string, unknown>;
  /** Null for a step whose failures count as such. */
  readonly #recovery: Recovery | null;

  /** With a step of another plan as its source it goes on with that step's block and state. */
  constructor(plan: PlanStep, source: Block | Step, settings: StepSettings) {
    const before = source instanceof Step ? source : null;
    const block = source instanceof Step ? source.#block : source;
    this.plan = plan;
    this.#block = block;
    this.#settings = settings;
    this.#read = elementReader(plan, block.acceptsEmpty);
    this.#childrenOf = childReader(plan, block.acceptsEmpty);
    if (before === null) {
      this.#prepared = block.prepare?.(plan.literals);
      this.#recovery = plan.onError === "fail" ? null : new Recovery(plan.onError);
      this.#states = settings.statesOf?.(plan) ?? new Map();
      this.#init = settings.initOf?.(block) ?? NO_INIT;
    } else {
      this.#prepared = before.#prepared;
      this.#recovery = before.#recovery;
      this.#states = before.#states;
      this.#init = before.#init;
    }
  }

  /** Runs the block for every living element and registers what it returns. Synchronous unless the block is not. */
  run(values: Values): Promise<void> | undefined {
    const level = values.level(this.plan.level);
    const pending = this.#block.runMany === null ? this.#runEach(level, values) : this.#runTogether(level, values);
    if (pending instanceof Promise) return pending.then((results) => this.#register(level, results, values));
    this.#register(level, pending, values);
    return undefined;
  }

  /** Forgets the state kept under a key, which is a source that is gone or one item of it. */
  forget(stateKey: string): void {
    this.#states.delete(stateKey);
    this.#recovery?.forget(stateKey);
    this.#block.forget?.(this.#prepared, stateKey);
  }

  #inputsOf(i: number, level: Level, values: Values): Record<string, unknown> | null {
    if (this.#settings.onError === "abandon" && values.hasFailed(i, this.plan.level)) return null;
    return this.#read(i, level, values);
  }

  #runEach(level: Level, values: Values): unknown[] | Promise<unknown[]> {
    const results = new Array<unknown>(level.count).fill(undefined);
    let pending: Promise<unknown> | null = null;
    for (let i = 0; i < level.count; i++) {
      const inputs = this.#inputsOf(i, level, values);
      if (inputs === null || this.#isSuspended(i, results, values)) continue;
      if (pending === null) pending = this.#settle(i, inputs, results, values) ?? null;
      else pending = this.#settleBeside(pending, () => this.#settle(i, inputs, results, values));
    }
    return pending === null ? results : pending.then(() => results);
  }

  /** A stateful block sees the elements one after another, also when it answers later; others work on them side by side. */
  #settleBeside(pending: Promise<unknown>, settle: () => Promise<void> | undefined): Promise<unknown> {
    return this.plan.stateful ? pending.then(settle) : Promise.all([pending, asPromise(settle)]);
  }

  #settle(i: number, inputs: Record<string, unknown>, results: unknown[], values: Values): Promise<void> | undefined {
    let answer: unknown;
    try {
      answer = this.#block.run?.(inputs, this.#context(i, values));
    } catch (error) {
      this.#fail(error, i, values, results);
      return undefined;
    }
    if (answer instanceof Promise) {
      const accept = (value: unknown) => this.#accept(value, i, results, values);
      return answer.then(accept, (error) => this.#fail(error, i, values, results));
    }
    this.#accept(answer, i, results, values);
    return undefined;
  }

  /** Undefined stands for elements that the step did not run for, so a block may not answer with it; an error is a failure. */
  #accept(answer: unknown, i: number, results: unknown[], values: Values): void {
    if (answer instanceof MillraceError) {
      this.#fail(answer, i, values, results);
      return;
    }
    results[i] = answer;
    if (answer === undefined && (this.plan.outputs.length > 0 || this.#block.flow)) {
      this.#fail(misbehaved("returned nothing"), i, values, results);
    } else if (this.#recovery !== null) this.#succeed(answer, i, results, values);
  }

  /** What is kept to stand for later results has to be one itself. */
  #succeed(answer: unknown, i: number, results: unknown[], values: Values): void {
    const wrong = this.#misshapen(answer);
    if (wrong !== null) this.#fail(misbehaved(wrong), i, values, results);
    else this.#recovery?.succeeded(values.stateKeyOf(i, this.plan.level), answer, performance.now());
  }

  #misshapen(answer: unknown): string | null {
    if (this.#block.flow || answer === null || this.plan.outputs.length === 0) return null;
    const isList = this.#block.outputOffset === 1 || this.plan.outputLevel !== this.plan.level;
    if (!isList) return notObject(answer, this.plan.outputs);
    if (!Array.isArray(answer)) return notList(answer);
    const items = answer.filter((item) => item !== null && item !== undefined);
    return items.map((item) => notObject(item, this.plan.outputs)).find((wrong) => wrong !== null) ?? null;
  }

  /** A step that failed too often is left alone for a while; meanwhile its results are what stands for them. */
  #isSuspended(i: number, results: unknown[], values: Values): boolean {
    if (this.#recovery === null || !this.#recovery.isSuspended(performance.now())) return false;
    results[i] = this.#recovery.answer(values.stateKeyOf(i, this.plan.level));
    return true;
  }

  #runTogether(level: Level, values: Values): unknown[] | Promise<unknown[]> {
    const living: number[] = [];
    const elements: Record<string, unknown>[] = [];
    const results = new Array<unknown>(level.count).fill(undefined);
    for (let i = 0; i < level.count; i++) {
      const inputs = this.#inputsOf(i, level, values);
      if (inputs === null || this.#isSuspended(i, results, values)) continue;
      living.push(i);
      elements.push(inputs);
    }
    if (living.length === 0) return results;
    const failAll = (error: unknown) => {
      for (const i of living) this.#fail(error, i, values, results);
      return results;
    };
    const spread = (answers: unknown) => {
      const found = Array.isArray(answers) ? `${answers.length} results` : typeof answers;
      if (!Array.isArray(answers) || answers.length !== living.length) {
        return failAll(misbehaved(`returned ${found} for ${living.length} elements`));
      }
      for (const [n, i] of living.entries()) this.#accept(answers[n], i, results, values);
      return results;
    };
    let answers: unknown;
    try {
      const contexts = living.map((i) => this.#context(i, values));
      answers = this.#block.runMany?.(elements, contexts);
    } catch (error) {
      return failAll(error);
    }
    return answers instanceof Promise ? answers.then(spread, failAll) : spread(answers);
  }

  #context(i: number, values: Values): Context {
    const source = values.sourceOf(i, this.plan.level);
    const stateKey = values.stateKeyOf(i, this.plan.level);
    const { services } = this.#settings;
    return {
      step: this.plan.name,
      source,
      stateKey,
      state: this.#stateOf(stateKey),
      prepared: this.#prepared,
      init: this.#init,
      services,
      frame: this.#block.nests === true ? values.frameOf(i, this.plan.level) : null,
    };
  }

  #stateOf(stateKey: string): unknown {
    if (this.#block.state === null) return undefined;
    let state = this.#states.get(stateKey);
    if (state === undefined) {
      state = this.#block.state();
      this.#states.set(stateKey, state);
    }
    return state;
  }

  #register(level: Level, results: unknown[], values: Values): void {
    if (this.#block.flow)
      values.setFlow(
        this.plan,
        results.map((result, i) => this.#targetsOf(result, i, values)),
      );
    else if (this.#block.outputOffset === 1) this.#registerBelow(level, results, values);
    else if (this.plan.outputLevel === this.plan.level) this.#registerAt(results, values);
    else this.#registerAligned(results, values);
  }

  #registerAt(results: unknown[], values: Values): void {
    const { outputs } = this.plan;
    const columns = outputs.map(() => new Array<unknown>(results.length));
    for (let i = 0; i < results.length; i++) {
      const object = this.#objectOf(results[i], i, values);
      for (let n = 0; n < outputs.length; n++) columns[n]![i] = object?.[outputs[n]!.name] ?? null;
    }
    this.#registerColumns(columns, values);
  }

  /** Every element's result is a list: its elements make a new level. */
  #registerBelow(level: Level, results: unknown[], values: Values): void {
    const lists = results.map((result, i) => this.#listOf(result, i, values));
    values.setLevel(
      this.plan.outputLevel,
      levelBelow(
        level,
        lists.map((list) => list.length),
      ),
    );
    this.#registerFlat(lists, values);
  }

  /** Outputs live one level deeper than the step runs, on those elements that were in its lists. */
  #registerAligned(results: unknown[], values: Values): void {
    const { starts } = values.level(this.plan.outputLevel);
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
    const objects = lists.flatMap((list, i) => list.map((result) => this.#objectOf(result, i, values)));
    const { outputs } = this.plan;
    this.#registerColumns(
      outputs.map(({ name }) => objects.map((object) => object?.[name] ?? null)),
      values,
    );
  }

  /** One column for each output; lists in a column of nested values become elements of the levels below. */
  #registerColumns(columns: readonly (readonly unknown[])[], values: Values): void {
    for (const [n, { slot, below }] of this.plan.outputs.entries()) {
      let column = columns[n] ?? [];
      let above = this.plan.outputLevel;
      for (const level of below) {
        const lists = column.map((list) => (Array.isArray(list) ? (list as unknown[]) : []));
        if (level === this.plan.children) column = this.#alignedLists(lists, values).flat();
        else column = openLevel(lists, { level, above }, values);
        above = level;
      }
      values.set(slot, column);
    }
  }

  /** What stands for the elements that were in the step's lists, at the places of those elements. */
  #alignedLists(lists: readonly unknown[][], values: Values): unknown[][] {
    return lists.map((list, i) => {
      const { starts } = values.level(this.plan.children ?? 0);
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
    const { outputs } = this.plan;
    if (result === undefined || result === null || outputs.length === 0) return null;
    const wrong = notObject(result, outputs);
    if (wrong === null) return result as Record<string, unknown>;
    this.#fail(misbehaved(wrong), i, values);
    return null;
  }

  #targetsOf(result: unknown, i: number, values: Values): readonly string[] {
    if (result === undefined) return [];
    if (Array.isArray(result) && result.every((target) => typeof target === "string")) return result;
    this.#fail(misbehaved(`returned ${nameOf(result)}, expected a list of the steps that may run`), i, values);
    return [];
  }

  #fail(error: unknown, i: number, values: Values, results: unknown[] = []): void {
    const known = error instanceof MillraceError ? error : null;
    const code = known?.code ?? "STEP_FAILED";
    const element = values.rootOf(i, this.plan.level);
    const place = { step: this.plan.name, type: this.plan.type, element };
    const fault: StepFault = { ...place, code, message: messageOf(error), ...reportOf(known) };
    if (this.#recovery !== null) {
      const stateKey = values.stateKeyOf(i, this.plan.level);
      values.recovered.push({ ...fault, standIn: this.#recovery.failed(stateKey, performance.now()) });
      results[i] = this.#recovery.answer(stateKey);
      return;
    }
    if (this.#settings.onError === "throw") {
      const message = `step "${fault.step}" (${fault.type}) failed: ${fault.message}`;
      throw new StepError(code, message, { ...known?.details, ...fault }, { cause: error });
    }
    values.fail(fault);
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

function misbehaved(what: string): StepError {
  return new StepError("STEP_RESULT", what);
}

function reportOf(error: MillraceError | null): Pick<StepFault, "report"> {
  const report = error?.details["report"];
  return typeof report === "string" ? { report } : {};
}

/** What a block returned, in a few words. */
function nameOf(result: unknown): string {
  if (Array.isArray(result)) return `a list of ${result.length}`;
  if (typeof result !== "object" || result === null) return result === null ? "null" : typeof result;
  return `an object with ${Object.keys(result).slice(0, 10).join(", ") || "nothing"}`;
}

/** A failure at once becomes a failed promise, so that the promises beside it are still awaited. */
async function asPromise(settle: () => Promise<void> | undefined): Promise<void> {
  await settle();
}
