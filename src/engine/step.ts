import { MillraceError, messageOf, StepError } from "../base/errors.ts";
import type { Block, Context } from "../blocks/block.ts";
import type { Services } from "../blocks/services.ts";
import type { PlanStep } from "../compiler/plan.ts";
import type { StepFault } from "./batch.ts";
import { elementReader, type ReadElement } from "./elements.ts";
import { type Level, levelBelow } from "./levels.ts";
import type { Values } from "./values.ts";

/** What a running step needs from its surroundings. */
export interface StepSettings {
  services: Services;
  /** `throw` ends the run at the first failure; `isolate` makes the element's outputs null and goes on. */
  onError: "throw" | "isolate";
}

/** One step of a plan with its block, its prepared properties and its state for each source. */
export class Step {
  readonly plan: PlanStep;
  readonly #block: Block;
  readonly #settings: StepSettings;
  readonly #read: ReadElement;
  readonly #prepared: unknown;
  readonly #states = new Map<string, unknown>();

  constructor(plan: PlanStep, block: Block, settings: StepSettings) {
    this.plan = plan;
    this.#block = block;
    this.#settings = settings;
    this.#read = elementReader(plan, block.acceptsEmpty);
    this.#prepared = block.prepare?.(plan.literals);
  }

  /** Runs the block for every living element and registers what it returns. Synchronous unless the block is not. */
  run(values: Values): Promise<void> | undefined {
    const level = values.level(this.plan.level);
    const pending = this.#block.runMany === null ? this.#runEach(level, values) : this.#runTogether(level, values);
    if (pending instanceof Promise) return pending.then((results) => this.#register(level, results, values));
    this.#register(level, pending, values);
    return undefined;
  }

  /** Forgets the state of a source that is gone. */
  forget(source: string): void {
    this.#states.delete(source);
  }

  #runEach(level: Level, values: Values): unknown[] | Promise<unknown[]> {
    const results = new Array<unknown>(level.count).fill(undefined);
    let pending: Promise<unknown> | null = null;
    for (let i = 0; i < level.count; i++) {
      const inputs = this.#read(i, level, values);
      if (inputs === null) continue;
      // A stateful block sees the elements one after another, also when it answers later.
      if (pending !== null && this.plan.stateful)
        pending = pending.then(() => this.#settle(i, inputs, results, values));
      else {
        const answer = this.#settle(i, inputs, results, values);
        if (answer !== undefined) pending = pending === null ? answer : Promise.all([pending, answer]);
      }
    }
    return pending === null ? results : pending.then(() => results);
  }

  #settle(i: number, inputs: Record<string, unknown>, results: unknown[], values: Values): Promise<void> | undefined {
    try {
      const answer = this.#block.run?.(inputs, this.#context(i, values));
      if (!(answer instanceof Promise)) {
        results[i] = answer;
        return undefined;
      }
      return answer.then(
        (value) => {
          results[i] = value;
        },
        (error) => this.#fail(error, i, values),
      );
    } catch (error) {
      this.#fail(error, i, values);
      return undefined;
    }
  }

  #runTogether(level: Level, values: Values): unknown[] | Promise<unknown[]> {
    const living: number[] = [];
    const elements: Record<string, unknown>[] = [];
    for (let i = 0; i < level.count; i++) {
      const inputs = this.#read(i, level, values);
      if (inputs === null) continue;
      living.push(i);
      elements.push(inputs);
    }
    const results = new Array<unknown>(level.count).fill(undefined);
    if (living.length === 0) return results;
    const spread = (answers: unknown) => {
      if (!Array.isArray(answers) || answers.length !== living.length) {
        throw this.#misbehaved(
          `returned ${Array.isArray(answers) ? answers.length : typeof answers} results for ${living.length} elements`,
        );
      }
      living.forEach((i, n) => {
        results[i] = answers[n];
      });
      return results;
    };
    const failAll = (error: unknown) => {
      for (const i of living) this.#fail(error, i, values);
      return results;
    };
    try {
      const contexts = living.map((i) => this.#context(i, values));
      const answers = this.#block.runMany?.(elements, contexts);
      return answers instanceof Promise ? answers.then(spread).catch(failAll) : spread(answers);
    } catch (error) {
      return failAll(error);
    }
  }

  #context(i: number, values: Values): Context {
    const source = values.sourceOf(i, this.plan.level);
    const { services } = this.#settings;
    return { step: this.plan.name, source, state: this.#stateOf(source), prepared: this.#prepared, services };
  }

  #stateOf(source: string): unknown {
    if (this.#block.state === null) return undefined;
    let state = this.#states.get(source);
    if (state === undefined) {
      state = this.#block.state();
      this.#states.set(source, state);
    }
    return state;
  }

  #register(level: Level, results: unknown[], values: Values): void {
    if (this.#block.flow) values.setFlow(this.plan, results as (readonly string[] | undefined)[]);
    else if (this.#block.outputOffset === 1) this.#registerBelow(level, results, values);
    else if (this.plan.outputLevel === this.plan.level) this.#registerAt(results, values);
    else this.#registerAligned(level, results, values);
  }

  #registerAt(results: unknown[], values: Values): void {
    for (const { name, slot } of this.plan.outputs) {
      values.set(
        slot,
        results.map((result, i) => this.#outputOf(result, name, i, values)),
      );
    }
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

  /** Outputs live one level deeper than the step runs, on elements that exist already. */
  #registerAligned(level: Level, results: unknown[], values: Values): void {
    const below = values.level(this.plan.outputLevel);
    const lists = results.map((result, i) => {
      const count = (below.starts[i + 1] ?? 0) - (below.starts[i] ?? 0);
      const list = this.#listOf(result, i, values);
      return Array.from({ length: count }, (_, n) => list[n]);
    });
    if (level.count === lists.length) this.#registerFlat(lists, values);
  }

  #registerFlat(lists: readonly unknown[][], values: Values): void {
    for (const { name, slot } of this.plan.outputs) {
      values.set(
        slot,
        lists.flatMap((list, i) => list.map((result) => this.#outputOf(result, name, i, values))),
      );
    }
  }

  #listOf(result: unknown, i: number, values: Values): unknown[] {
    if (result === undefined || result === null) return [];
    if (Array.isArray(result)) return result;
    this.#fail(
      this.#misbehaved(`returned ${typeof result}, expected a list with one entry for each new element`),
      i,
      values,
    );
    return [];
  }

  #outputOf(result: unknown, name: string, i: number, values: Values): unknown {
    if (result === undefined || result === null) return null;
    if (typeof result === "object" && name in result) return (result as Record<string, unknown>)[name] ?? null;
    const found = typeof result === "object" ? Object.keys(result).join(", ") || "nothing" : typeof result;
    const declared = this.plan.outputs.map((output) => output.name).join(", ");
    this.#fail(this.#misbehaved(`returned ${found}, expected an object with ${declared}`), i, values);
    return null;
  }

  #misbehaved(what: string): StepError {
    return new StepError("STEP_RESULT", `step "${this.plan.name}" (${this.plan.type}) ${what}`);
  }

  #fail(error: unknown, i: number, values: Values): void {
    const code = error instanceof MillraceError ? error.code : "STEP_FAILED";
    const element = values.rootOf(i, this.plan.level);
    const fault: StepFault = { step: this.plan.name, type: this.plan.type, element, code, message: messageOf(error) };
    if (this.#settings.onError === "throw") {
      const message = `step "${fault.step}" (${fault.type}) failed: ${fault.message}`;
      throw new StepError(code, message, { ...fault }, { cause: error });
    }
    values.faults.push(fault);
  }
}
