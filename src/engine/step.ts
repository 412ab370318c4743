import { BugError, MillraceError, messageOf, StepError } from "../base/errors.ts";
import type { Block, Context, ElementPlace } from "../blocks/contract/block.ts";
import type { Services } from "../blocks/contract/services.ts";
import type { PlanStep } from "../compiler/plan.ts";
import type { StepFault } from "./batch.ts";
import { childReader, elementReader, type ReadChildren, type ReadElement } from "./elements.ts";
import type { Level } from "./levels.ts";
import { Recovery } from "./recovery.ts";
import { packState, type StateGraph, unpackState } from "./state-graph.ts";
import { misbehaved, StepResults } from "./step-results.ts";
import type { Values } from "./values.ts";

/** What a running step needs from its surroundings. */
export interface StepSettings {
  services: Services;
  /**
   * `throw` ends the run at the first failure; `isolate` makes the element's outputs null and continues; `abandon` does
   * so and runs no further steps for what belongs to that element of the batch.
   */
  onError: "throw" | "isolate" | "abandon";
  /** Values of the block's initialisation parameters; none when absent. */
  initOf?: (block: Block) => Readonly<Record<string, unknown>>;
  /** States by key that a step shares with steps of other plans; undefined for a step with its own. */
  statesOf?: (step: PlanStep) => Map<string, unknown> | undefined;
  /** States by key of steps of the plan that share them by a name. */
  shared?: (name: string) => Map<string, unknown>;
}

const NO_INIT: Readonly<Record<string, unknown>> = {};

/** One step of a plan with its block, its prepared properties and its state for each source. */
export class Step {
  readonly plan: PlanStep;
  readonly #block: Block;
  readonly #settings: StepSettings;
  readonly #read: ReadElement;
  readonly #childrenOf: ReadChildren;
  readonly #results: StepResults;
  readonly #prepared: unknown;
  readonly #init: Readonly<Record<string, unknown>>;
  readonly #states: Map<string, unknown>;
  /** Null for a step whose failures count as such. */
  readonly #recovery: Recovery | null;

  /** With a step of another plan as its source it takes over that step's block and state. */
  constructor(plan: PlanStep, source: Block | Step, settings: StepSettings) {
    const before = source instanceof Step ? source : null;
    const block = source instanceof Step ? source.#block : source;
    this.plan = plan;
    this.#block = block;
    this.#settings = settings;
    this.#read = elementReader(plan, block);
    this.#childrenOf = childReader(plan, block.acceptsEmpty);
    const childrenOf = this.#childrenOf;
    this.#results = new StepResults({ plan, block, childrenOf, fail: (...failure) => this.#fail(...failure) });
    if (before === null) {
      this.#prepared = block.prepare?.(plan.literals);
      this.#recovery = plan.onError === "fail" ? null : new Recovery(plan.onError);
      this.#states = sharedStates(block, settings) ?? settings.statesOf?.(plan) ?? new Map();
      this.#init = settings.initOf?.(block) ?? NO_INIT;
    } else {
      this.#prepared = before.#prepared;
      this.#recovery = before.#recovery;
      this.#states = before.#states;
      this.#init = before.#init;
    }
  }

  /** Name under which the step shares its state with others of its plan. */
  get shares(): string | undefined {
    return this.#block.shares;
  }

  get #seesFrame(): boolean {
    const { state, sink, nests = false } = this.#block;
    return state !== null || sink || nests;
  }

  /** Runs the block for every living element and registers what it returns. Synchronous unless the block is not. */
  run(values: Values): Promise<void> | undefined {
    const level = values.level(this.plan.level);
    const pending = this.#block.runMany === null ? this.#runEach(level, values) : this.#runTogether(level, values);
    if (pending instanceof Promise) return pending.then((results) => this.#results.register(level, results, values));
    this.#results.register(level, pending, values);
    return undefined;
  }

  /** Forgets the state kept under a key, which is a source that is gone or one item of it. */
  forget(stateKey: string): void {
    this.#states.delete(stateKey);
    this.#recovery?.forget(stateKey);
    this.#block.forget?.(this.#prepared, stateKey);
  }

  /** The state for every source; undefined where it is not one to keep. Throws for what cannot be kept. */
  saveState(): StateGraph | undefined {
    if (this.#block.keeps === undefined || this.#states.size === 0) return undefined;
    return packState(this.#states, { classes: this.#block.keeps, outside: this.#outside });
  }

  /** Takes a state that a step of the same definition saved. Throws for what is none. */
  restoreState(graph: StateGraph): void {
    if (this.#block.keeps === undefined) return;
    const states = unpackState(graph, { classes: this.#block.keeps, outside: this.#outside });
    if (!(states instanceof Map)) throw new BugError("a saved state is no map of states");
    for (const [key, state] of states) this.#states.set(String(key), state);
  }

  /** What `prepare` made, where states refer to it. */
  get #outside(): object | null {
    const prepared = this.#prepared;
    return typeof prepared === "object" ? prepared : null;
  }

  #inputsOf(i: number, level: Level, values: Values, results: unknown[]): Record<string, unknown> | null {
    if (this.#settings.onError === "abandon" && values.hasFailed(i, this.plan.level)) return null;
    try {
      return this.#read(i, level, values);
    } catch (error) {
      this.#fail(error, i, values, results);
      return null;
    }
  }

  #runEach(level: Level, values: Values): unknown[] | Promise<unknown[]> {
    const results = new Array<unknown>(level.count).fill(undefined);
    let pending: Promise<unknown> | null = null;
    for (let i = 0; i < level.count; i++) {
      const inputs = this.#inputsOf(i, level, values, results);
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

  /** Undefined marks elements that the step did not run for, so a block may not answer with it; an error is a failure. */
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

  /** A result that may replace later ones must be valid itself. */
  #succeed(answer: unknown, i: number, results: unknown[], values: Values): void {
    const wrong = this.#results.misshapen(answer);
    if (wrong !== null) this.#fail(misbehaved(wrong), i, values, results);
    else this.#recovery?.succeeded(values.stateKeyOf(i, this.plan.level), answer);
  }

  /** A step that failed too often is suspended; meanwhile its results are the fallback. */
  #isSuspended(i: number, results: unknown[], values: Values): boolean {
    if (this.#recovery === null || !this.#recovery.isSuspended()) return false;
    results[i] = this.#recovery.answer(values.stateKeyOf(i, this.plan.level));
    return true;
  }

  #runTogether(level: Level, values: Values): unknown[] | Promise<unknown[]> {
    const living: number[] = [];
    const elements: Record<string, unknown>[] = [];
    const results = new Array<unknown>(level.count).fill(undefined);
    for (let i = 0; i < level.count; i++) {
      const inputs = this.#inputsOf(i, level, values, results);
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
      frame: this.#seesFrame ? values.frameOf(i, this.plan.level) : null,
      place: this.#block.placed === true ? this.#placeOf(i, values) : null,
    };
  }

  #placeOf(i: number, values: Values): ElementPlace {
    const { level, children } = this.plan;
    const below = this.#childrenOf(i, values);
    return {
      run: values.run,
      index: level === 0 && children === null ? [0] : values.indexOf(i, level),
      children: below.map((child) => (children === null || children === 0 ? [child] : values.indexOf(child, children))),
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

  #fail(error: unknown, i: number, values: Values, results: unknown[] = []): void {
    const known = error instanceof MillraceError ? error : null;
    const code = known?.code ?? "STEP_FAILED";
    const element = values.rootOf(i, this.plan.level);
    const place = { step: this.plan.name, type: this.plan.type, element };
    const fault: StepFault = { ...place, code, message: messageOf(error), ...reportOf(known) };
    if (this.#recovery !== null) {
      const stateKey = values.stateKeyOf(i, this.plan.level);
      values.recovered.push({ ...fault, standIn: this.#recovery.failed(stateKey) });
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

function sharedStates({ shares }: Block, { shared }: StepSettings): Map<string, unknown> | undefined {
  return shares === undefined ? undefined : shared?.(shares);
}

function reportOf(error: MillraceError | null): Pick<StepFault, "report"> {
  const report = error?.details["report"];
  return typeof report === "string" ? { report } : {};
}

/** A synchronous failure becomes a rejected promise, so that the other promises are still awaited. */
async function asPromise(settle: () => Promise<void> | undefined): Promise<void> {
  await settle();
}
