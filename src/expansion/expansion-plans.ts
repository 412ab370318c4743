import { BugError, MillraceError, messageOf, StepError } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { DynamicSubworkflow, Plan, PlanStep } from "../compiler/plan.ts";
import { openCodeBlock } from "../dynamic/code/code-block.ts";
import { bodyOutputs } from "./body.ts";
import { ChurnGuard } from "./churn.ts";
import type { GeneratedCompiler } from "./compile-generated.ts";
import type { ExpansionView } from "./expansion-view.ts";
import { type GeneratedWorkflow, OWN_BLOCKS } from "./generated.ts";
import { KeyedStates } from "./keyed-states.ts";
import { PlanCache, type ShapeEntry } from "./plan-cache.ts";
import { type Shape, ShapeReader } from "./shape.ts";
import { SubPlan } from "./sub-plan.ts";
import { openHost, type SubworkflowHost, type Surroundings } from "./subworkflow-host.ts";

/** The shapes that a step has made, compiled once each, with the state of their steps. */
export class ExpansionPlans {
  readonly stats = { calls: 0, direct: 0, hits: 0, misses: 0, failed: 0, expandMs: 0, compileMs: 0, runMs: 0 };
  readonly #step: PlanStep;
  readonly #subworkflow: DynamicSubworkflow;
  readonly #host: SubworkflowHost;
  readonly #compiler: GeneratedCompiler;
  readonly #reader: ShapeReader;
  readonly #cache: PlanCache;
  readonly #churn = new ChurnGuard();
  readonly #keyed: KeyedStates;

  constructor(step: PlanStep, subworkflow: DynamicSubworkflow, host: SubworkflowHost) {
    this.#step = step;
    this.#subworkflow = subworkflow;
    this.#host = host;
    const { compiler, runtime, expansions } = host.surroundings;
    if (compiler === null) throw new BugError("a step that generates workflows was opened without a compiler");
    this.#compiler = compiler;
    this.#reader = new ShapeReader(compiler.blocksFor(subworkflow));
    this.#cache = new PlanCache(subworkflow.settings.limits.plans);
    this.#keyed = new KeyedStates((identity) => void runtime.release(this.#keyedPath(identity)));
    expansions.set(host.path, () => this.#view());
  }

  called(): void {
    this.stats.calls++;
    this.#churn.called();
  }

  shapeOf(workflow: GeneratedWorkflow): Shape {
    return this.#reader.read(workflow);
  }

  /** What is known of a shape; an unknown one is noted as new. */
  find(workflow: GeneratedWorkflow, { key }: Shape): { entry: ShapeEntry; isHit: boolean } {
    const known = this.#cache.find(key);
    if (known !== undefined) {
      this.stats.hits++;
      known.workflow = workflow;
      return { entry: known, isHit: true };
    }
    this.stats.misses++;
    const churn = this.#churn.newShape(workflow);
    if (churn !== null)
      this.#host.surroundings.runtime.report({ type: "expansion_churn", step: this.#host.path, ...churn });
    return { entry: this.#cache.add(key, workflow), isHit: false };
  }

  /** Compiles a shape and starts its models, once for all who wait for it. Failures stay in the entry. */
  async open(entry: ShapeEntry, shape: Shape): Promise<void> {
    entry.opening ??= this.#compile(entry, shape).finally(() => {
      entry.opening = null;
    });
    await entry.opening;
    const lost = await this.#cache.trim();
    if (lost === 0) return;
    this.#host.surroundings.runtime.report({ type: "expansion_state_evicted", step: this.#host.path, count: lost });
  }

  /** The keyed steps of a workflow are in use. */
  useKeys({ compiled, sub }: ShapeEntry): boolean {
    let hasKeys = false;
    for (const step of compiled.steps) {
      if (step.step_options?.key === undefined) continue;
      const plan = sub?.plan.steps.find(({ name }) => name === step.name);
      const identity = plan === undefined ? null : this.#keyed.identity(step, plan);
      if (identity !== null) this.#keyed.use(identity, performance.now());
      hasKeys = true;
    }
    if (hasKeys) this.#keyed.sweep(performance.now());
    return hasKeys;
  }

  /** Names of the steps around the workflow of a shape. */
  pathOf({ number }: ShapeEntry): string {
    return `${this.#host.path}#${number}`;
  }

  forget(stateKey: string): void {
    for (const { sub } of this.#cache.entries()) sub?.forget(stateKey);
    this.#keyed.forget(stateKey);
  }

  async #compile(entry: ShapeEntry, shape: Shape): Promise<void> {
    const { openModel } = this.#host.surroundings;
    const startedAt = performance.now();
    try {
      const plan = this.#compiler.compile(entry.workflow, shape, this.#subworkflow);
      await Promise.all(plan.models.flatMap((model) => ("id" in model ? [openModel(model.id)] : [])));
      entry.compiled = entry.workflow;
      entry.sub = this.#openPlan(plan, entry);
      entry.isStateful = plan.steps.some(({ stateful }) => stateful);
      entry.unchecked = this.#unchecked(plan);
      entry.error = null;
    } catch (error) {
      this.#failed(entry, shape, error);
    }
    entry.compileMs = performance.now() - startedAt;
    this.stats.compileMs += entry.compileMs;
  }

  /** A fault of the workflow is the same the next time; one of a model or a machine need not be. */
  #failed(entry: ShapeEntry, { key }: Shape, error: unknown): void {
    const known = error instanceof MillraceError ? error : null;
    const isLasting = known !== null && (/^DYN0/.test(known.code) || known.code === "MODEL_UNKNOWN");
    const code = known === null || !/^DYN0/.test(known.code) ? "DYN003" : known.code;
    const message = `the generated workflow "${entry.workflow.name ?? entry.shapeKey}" cannot run: ${messageOf(error)}`;
    entry.error = code === known?.code ? (known as StepError) : new StepError(code, message, {}, { cause: error });
    if (!isLasting) this.#cache.remove(key);
  }

  #openPlan(plan: Plan, entry: ShapeEntry): SubPlan {
    const { types } = this.#host;
    const identities = this.#identities(plan, entry.workflow);
    const own = new Map((entry.workflow[OWN_BLOCKS] ?? []).map((block) => [block.type, block]));
    const surroundings = own.size === 0 ? this.#host.surroundings : withBlocks(this.#host.surroundings, own);
    const base = openHost(surroundings, this.pathOf(entry), [...types, this.#step.type]);
    const host: SubworkflowHost = {
      ...base,
      blockOf: (step) => {
        const identity = identities.get(step.name);
        if (identity === undefined || step.code === null || step.subworkflow !== null) return base.blockOf(step);
        return openCodeBlock(step.code, { step: this.#keyedPath(identity), runtime: surroundings.runtime }, step);
      },
      statesOf: (step) => {
        const identity = identities.get(step.name);
        return identity === undefined ? undefined : this.#keyed.hold(identity);
      },
    };
    const letGo = () => {
      for (const identity of identities.values()) this.#keyed.letGo(identity);
    };
    return new SubPlan(plan, host, { failure: this.#subworkflow.settings.failure, closed: letGo });
  }

  #identities(plan: Plan, workflow: GeneratedWorkflow): Map<string, string> {
    const found = new Map<string, string>();
    for (const step of workflow.steps) {
      const planned = plan.steps.find(({ name }) => name === step.name);
      const identity = planned === undefined ? null : this.#keyed.identity(step, planned);
      if (identity !== null) found.set(step.name, identity);
    }
    return found;
  }

  #unchecked(plan: Plan): ShapeEntry["unchecked"] {
    const wild = new Set(
      bodyOutputs(plan)
        .filter(({ kinds }) => kinds.includes("*"))
        .map(({ name }) => name),
    );
    return this.#subworkflow.outputs.filter(({ name, kinds }) => wild.has(name) && !kinds.includes("*"));
  }

  #keyedPath(identity: string): string {
    return `${this.#host.path}=${identity}`;
  }

  #view(): ExpansionView {
    const shapes = [...this.#cache.entries()].map((entry) => {
      const { shapeKey, uses, compileMs, error, workflow } = entry;
      return { shapeKey, uses, compileMs, error: error?.message ?? null, workflow, steps: workflow.steps.length };
    });
    return { type: this.#step.type, ...this.stats, evictions: this.#cache.evictions, shapes };
  }
}

function withBlocks(surroundings: Surroundings, own: ReadonlyMap<string, Block>): Surroundings {
  return { ...surroundings, catalogued: (step) => own.get(step.type) ?? surroundings.catalogued(step) };
}
