import { MillraceError, StepError } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { Plan, PlanStep } from "../compiler/plan.ts";
import type { EngineBatch, EngineResult } from "./batch.ts";
import { constructRows } from "./outputs.ts";
import type { StateGraph } from "./state-graph.ts";
import { isSameStep, stepIdentity } from "./state-migration.ts";
import { Step, type StepSettings } from "./step.ts";
import { StepOrder } from "./step-order.ts";
import { type StepTime, StepTimes } from "./step-times.ts";
import { Values } from "./values.ts";

export interface RunSettings extends StepSettings {
  /** The block of a step: from the catalogue, or opened from the code the plan carries. */
  blockOf: (step: PlanStep) => Block;
}

export interface SavedState {
  /** Names the definition of the step. */
  of: string;
  type: string;
  graph: StateGraph;
}

/** By the names of the steps. */
export type SavedStates = Readonly<Record<string, SavedState>>;

export interface StateFault {
  step: PlanStep;
  error: unknown;
}

/**
 * Runs a plan on one batch after another. Batches may overlap while they wait for models; stateful steps see
 * them in the order in which `run` was called.
 */
export class PlanRunner {
  readonly #plan: Plan;
  readonly #steps: readonly Step[];
  readonly #throws: boolean;
  readonly #times: StepTimes;
  #last: StepOrder | null = null;
  /** States of steps that share them, by the name that they share by. */
  readonly #shared: Map<string, Map<string, unknown>>;
  /** For each step the one that the batch before must have passed: itself, or the last of those that it shares its state with. */
  readonly #awaited: readonly number[];
  /** Names of the steps that went over from the plan before with their state. */
  readonly carried: ReadonlySet<string>;

  /** Unchanged steps of the old runner keep their state; the old runner may have no batch in flight when this one runs. */
  constructor(plan: Plan, settings: RunSettings, before: PlanRunner | null = null) {
    this.#plan = plan;
    this.#throws = settings.onError === "throw";
    const carried = before === null ? new Map<string, Step>() : before.#unchangedIn(plan);
    this.carried = new Set(carried.keys());
    this.#shared = before === null ? new Map() : before.#shared;
    const own = { ...settings, shared: (name: string) => this.#sharedBy(name) };
    this.#steps = plan.steps.map((step) => new Step(step, carried.get(step.name) ?? settings.blockOf(step), own));
    this.#times = new StepTimes(this.#steps.length);
    this.#awaited = this.#steps.map(({ shares }, index) => {
      return shares === undefined ? index : this.#steps.findLastIndex((step) => step.shares === shares);
    });
  }

  #sharedBy(name: string): Map<string, unknown> {
    const states = this.#shared.get(name) ?? new Map<string, unknown>();
    this.#shared.set(name, states);
    return states;
  }

  async run(batch: EngineBatch): Promise<EngineResult> {
    const order = new StepOrder(this.#last);
    this.#last = order;
    try {
      const values = new Values(this.#plan, batch);
      for (const [index, step] of this.#steps.entries()) {
        batch.signal?.throwIfAborted();
        if (isUnseen(step.plan, batch)) continue;
        const wait = step.plan.stateful ? order.before(this.#awaited[index] ?? index) : undefined;
        if (wait !== undefined) await wait;
        const startedAt = performance.now();
        const pending = step.run(values);
        if (pending !== undefined) await pending;
        this.#times.took(index, performance.now() - startedAt);
        order.pass(index);
      }
      const rows = constructRows(this.#plan, values, batch.sources.length);
      const { faults } = values;
      const [fault] = faults;
      if (fault !== undefined && this.#throws) throw new StepError(fault.code, fault.message, { ...fault });
      return values.recovered.length === 0 ? { rows, faults } : { rows, faults, recovered: values.recovered };
    } finally {
      order.end();
    }
  }

  /** How long each step takes. */
  times(): StepTime[] {
    return this.#plan.steps.map(({ name, type }, index) => ({ name, type, ...this.#times.of(index) }));
  }

  #unchangedIn(next: Plan): Map<string, Step> {
    const steps = new Map(next.steps.map((step) => [step.name, step]));
    const unchanged = this.#steps.filter((step) => {
      const after = steps.get(step.plan.name);
      return after !== undefined && isSameStep({ plan: this.#plan, step: step.plan }, { plan: next, step: after });
    });
    return new Map(unchanged.map((step) => [step.plan.name, step]));
  }

  /** States of the steps that may be kept, each with what it belongs to, and why others cannot be kept. */
  saveStates(): { saved: SavedStates; faults: StateFault[] } {
    const saved: Record<string, SavedState> = {};
    const faults: StateFault[] = [];
    for (const step of this.#steps) {
      const { name, type } = step.plan;
      try {
        const graph = step.saveState();
        if (graph !== undefined) saved[name] = { of: this.#identityOf(step), type, graph };
      } catch (error) {
        faults.push({ step: step.plan, error });
      }
    }
    return { saved, faults };
  }

  /** Takes back what was saved, before the first batch. Gives the steps that took theirs, and why others did not. */
  restoreStates(saved: SavedStates): { restored: PlanStep[]; faults: StateFault[] } {
    const restored: PlanStep[] = [];
    const faults: StateFault[] = [];
    for (const step of this.#steps) {
      const found = Object.hasOwn(saved, step.plan.name) ? saved[step.plan.name] : undefined;
      if (found === undefined) continue;
      try {
        if (found.of !== this.#identityOf(step)) throw new MillraceError("STATE_KEPT", "the step has changed");
        step.restoreState(found.graph);
        restored.push(step.plan);
      } catch (error) {
        faults.push({ step: step.plan, error });
      }
    }
    return { restored, faults };
  }

  #identityOf({ plan: step }: Step): string {
    return stepIdentity({ plan: this.#plan, step });
  }

  /** Forgets everything kept under a state key: for a source that is gone, or for one item of it. */
  forget(stateKey: string): void {
    for (const step of this.#steps) step.forget(stateKey);
  }
}

/** A step that only makes pictures, none of which is wanted. */
function isUnseen({ pictureOnly, pictures }: PlanStep, { pictures: wanted }: EngineBatch): boolean {
  if (!pictureOnly || wanted === true) return false;
  return wanted === false || !pictures.some((name) => wanted.has(name));
}
