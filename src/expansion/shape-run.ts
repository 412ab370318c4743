import { StepError } from "../base/errors.ts";
import { endsWithin } from "../base/within.ts";
import type { Context } from "../blocks/contract/block.ts";
import type { DynamicSubworkflow } from "../compiler/plan.ts";
import type { StepFault } from "../engine/batch.ts";
import { checkValues, type DirectValues } from "./direct-result.ts";
import type { ExpansionPlans } from "./expansion-plans.ts";
import type { GeneratedWorkflow } from "./generated.ts";
import type { ShapeEntry } from "./plan-cache.ts";
import { RunDeadlines } from "./run-deadlines.ts";
import { type LiftedValue, liftedName, type Shape } from "./shape.ts";
import { innerFailure, insideOf } from "./subworkflow-block.ts";

type Elements = readonly Record<string, unknown>[];
type Status = "ok" | "partial" | "cold" | "empty";

/** Values of the declared outputs, and how they came about. */
export interface RunOutcome {
  values: DirectValues;
  status: Status;
  entry: ShapeEntry | null;
  workflow: GeneratedWorkflow | null;
  isHit: boolean;
  compileMs: number;
  runMs: number;
  isReset: boolean;
  errors: readonly string[];
  ageFrames?: number;
}

/** A workflow that was made for an element. */
export interface Made {
  element: number;
  workflow: GeneratedWorkflow;
  shape: Shape;
}

export interface RunBatch {
  elements: Elements;
  contexts: readonly Context[];
  /** Filled in by the run. */
  outcomes: (RunOutcome | StepError)[];
}

/** Elements of one shape and one set of lifted values: they run as one batch. */
interface Group {
  entry: ShapeEntry;
  shape: Shape;
  isHit: boolean;
  parameters: Readonly<Record<string, unknown>>;
  members: Made[];
}

const DIRECT = { entry: null, workflow: null, isHit: false, compileMs: 0, runMs: 0, isReset: false, errors: [] };

/** Runs the generated workflows of a batch, those of one shape together, and reports the results. */
export class ShapeRun {
  readonly #subworkflow: DynamicSubworkflow;
  readonly #plans: ExpansionPlans;
  readonly #deadlines: RunDeadlines;
  /** Last good values by state key, for `on_cold: last`. */
  readonly #last = new Map<string, { values: DirectValues; frames: number }>();
  /** Shape shown last by state key. */
  readonly #shown = new Map<string, string>();

  constructor(subworkflow: DynamicSubworkflow, plans: ExpansionPlans) {
    this.#subworkflow = subworkflow;
    this.#deadlines = new RunDeadlines(subworkflow.settings.limits.runMs, () => timedOut(subworkflow));
    this.#plans = plans;
  }

  direct(values: DirectValues): RunOutcome {
    this.#plans.stats.direct++;
    const isEmpty = Object.values(values).every((value) => value === null || value === undefined);
    return { ...DIRECT, values, status: isEmpty ? "empty" : "ok" };
  }

  async run(made: readonly Made[], batch: RunBatch): Promise<void> {
    const groups = this.#group(made, batch);
    const shareKeys = groups.filter(({ entry }) => entry.compiled.steps.some((step) => step.step_options?.key));
    // State that several workflows share is used by one after the other.
    if (shareKeys.length > 1) for (const group of groups) await this.#runGroup(group, batch);
    else await Promise.all(groups.map((group) => this.#runGroup(group, batch)));
  }

  #group(made: readonly Made[], { outcomes }: RunBatch): Group[] {
    const groups = new Map<string, Group>();
    for (const one of made) {
      try {
        const { entry, isHit } = this.#plans.find(one.workflow, one.shape);
        const values = one.shape.lifted.map(({ value }) => value);
        const key = made.length === 1 ? "" : `${entry.number} ${JSON.stringify(values)}`;
        const known = groups.get(key);
        if (known !== undefined) known.members.push(one);
        else {
          const parameters = bindLifted(one.shape.lifted, entry, one.workflow);
          groups.set(key, { entry, shape: one.shape, isHit, parameters, members: [one] });
        }
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        outcomes[one.element] = error;
      }
    }
    return [...groups.values()];
  }

  async #runGroup(group: Group, batch: RunBatch): Promise<void> {
    const { entry, members } = group;
    const startedAt = performance.now();
    const isReady = entry.sub !== null || entry.error !== null || (await this.#open(group));
    const compileMs = group.isHit ? 0 : performance.now() - startedAt;
    if (!isReady) {
      const late = this.#subworkflow.settings.onCold === "wait" ? tooSlow(this.#subworkflow) : null;
      for (const { element } of members)
        batch.outcomes[element] = late ?? this.#cold(batch.contexts[element] as Context);
      return;
    }
    if (entry.error !== null) {
      for (const { element } of members) batch.outcomes[element] = entry.error;
      return;
    }
    entry.running++;
    try {
      await this.#runOpen(group, batch, compileMs);
    } finally {
      entry.running--;
    }
  }

  /** True when the shape is compiled within the time for it; with `skip` and `last` it does not wait. */
  async #open({ entry, shape }: Group): Promise<boolean> {
    const { onCold, limits } = this.#subworkflow.settings;
    if (onCold !== "wait") {
      setImmediate(() => void this.#plans.open(entry, shape));
      return false;
    }
    return endsWithin(limits.compileMs, this.#plans.open(entry, shape));
  }

  async #runOpen(group: Group, batch: RunBatch, compileMs: number): Promise<void> {
    const { entry, members } = group;
    const startedAt = performance.now();
    this.#plans.useKeys(entry);
    const isReset = entry.isReset;
    entry.isReset = false;
    entry.uses += members.length;
    const found = await this.#runMembers(group, batch, members);
    const runMs = performance.now() - startedAt;
    this.#plans.stats.runMs += runMs;
    for (const one of members) {
      const outcome = found.get(one.element);
      if (outcome === undefined) continue;
      batch.outcomes[one.element] =
        outcome instanceof StepError
          ? outcome
          : {
              values: outcome,
              status: "ok",
              entry,
              workflow: one.workflow,
              isHit: group.isHit,
              compileMs,
              runMs,
              isReset,
              errors: [],
            };
    }
  }

  /** Outputs by element. Failures of a model or process are retried once where no step has state. */
  async #runMembers(
    group: Group,
    batch: RunBatch,
    members: readonly Made[],
    isRetry = false,
  ): Promise<Map<number, DirectValues | StepError>> {
    const { entry } = group;
    const found = new Map<number, DirectValues | StepError>();
    const timed = this.#deadlines.begin();
    try {
      const contexts = members.map(({ element }) => batch.contexts[element] as Context);
      const inputs = { ...group.parameters, ...this.#inputsOf(members, batch.elements) };
      const running = entry.sub?.run({ ...insideOf(contexts), inputs, signal: timed });
      const result = await Promise.race([running, timed.expired]);
      const again: Made[] = [];
      for (const [at, one] of members.entries()) {
        const [fault] = result?.faults.get(at) ?? [];
        if (fault === undefined) found.set(one.element, this.#valuesOf(one, result?.rows[at] ?? {}, entry));
        else if (!isRetry && !entry.isStateful && isSystem(fault)) again.push(one);
        else found.set(one.element, this.#failure(fault, one, entry));
      }
      if (again.length === 0) return found;
      return new Map([...found, ...(await this.#runMembers(group, batch, again, true))]);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      return new Map(members.map(({ element }) => [element, error]));
    } finally {
      timed.end();
    }
  }

  #inputsOf(members: readonly Made[], elements: Elements): Record<string, unknown> {
    const inputs: Record<string, unknown> = {};
    for (const { name, depth } of this.#subworkflow.inputs) {
      const values = members.map(({ element }) => elements[element]?.[name] ?? null);
      inputs[name] = depth === 0 ? values[0] : values;
    }
    return inputs;
  }

  /** Outputs that no step gives are the workflow's own values. */
  #valuesOf({ workflow }: Made, row: DirectValues, entry: ShapeEntry): DirectValues | StepError {
    const literals = workflow.outputs.filter((output) => !("selector" in output));
    if (literals.length === 0 && entry.unchecked.length === 0) return row;
    const values = {
      ...row,
      ...Object.fromEntries(literals.map((output) => [output.name, (output as { value: unknown }).value])),
    };
    const names = literals.map(({ name }) => name);
    const own = this.#subworkflow.outputs.filter(({ name }) => names.includes(name));
    try {
      checkValues(values, [...own, ...entry.unchecked.map((output) => ({ ...output, optional: true }))]);
      return values;
    } catch (error) {
      if (error instanceof StepError) return error;
      throw error;
    }
  }

  /** The fault in the names that the workflow has now. */
  #failure(fault: StepFault, { workflow }: Made, entry: ShapeEntry): StepError {
    const index = entry.compiled.steps.findIndex(({ name }) => name === fault.step);
    if (LOSES_STATE.has(fault.code)) entry.isReset = true;
    return innerFailure({ ...fault, step: workflow.steps[index]?.name ?? fault.step }, this.#plans.pathOf(entry));
  }

  #cold(context: Context): RunOutcome {
    const cold: RunOutcome = { ...DIRECT, values: {}, status: "cold" };
    const last = this.#last.get(context.stateKey ?? context.source);
    if (this.#subworkflow.settings.onCold !== "last" || last === undefined) return cold;
    last.frames++;
    return { ...cold, values: last.values, ageFrames: last.frames };
  }

  /** What the step answers for an element: its outputs, and under `result` how they came about. */
  resultOf(outcome: RunOutcome | StepError, context: Context, expandMs: number): unknown {
    if (outcome instanceof StepError) {
      this.#plans.stats.failed++;
      return outcome;
    }
    const { values, status, entry, isHit, compileMs, runMs, isReset, errors, ageFrames } = outcome;
    const stateKey = context.stateKey ?? context.source;
    if (this.#subworkflow.settings.onCold === "last" && status !== "cold")
      this.#last.set(stateKey, { values, frames: 0 });
    const results: Record<string, unknown> = {};
    for (const { name, offset } of this.#subworkflow.outputs)
      results[name] = values[name] ?? (offset === 1 ? [] : null);
    const result = {
      sub_pipeline: this.#shownWorkflow(outcome, stateKey),
      results: { ...results },
      expanded: entry !== null,
      status,
      shape_key: entry?.shapeKey ?? null,
      cache_hit: isHit,
      timings: { expand_ms: expandMs, compile_ms: compileMs, run_ms: runMs },
      errors,
      dropped: 0,
      state_reset: isReset,
      ...(ageFrames === undefined ? {} : { age_frames: ageFrames }),
    };
    return { ...results, result };
  }

  #shownWorkflow({ entry, workflow }: RunOutcome, stateKey: string): GeneratedWorkflow | null {
    const { emitSubPipeline } = this.#subworkflow.settings;
    if (entry === null || emitSubPipeline === "never") return null;
    if (emitSubPipeline === "always") return workflow;
    if (this.#shown.get(stateKey) === entry.shapeKey) return null;
    this.#shown.set(stateKey, entry.shapeKey);
    return workflow;
  }

  forget(stateKey: string): void {
    this.#last.delete(stateKey);
    this.#shown.delete(stateKey);
  }
}

/** Values of the parameters that replace lifted literals; each is checked when it changes. */
function bindLifted(lifted: readonly LiftedValue[], entry: ShapeEntry, { steps }: GeneratedWorkflow) {
  const parameters: Record<string, unknown> = {};
  for (const [i, { step, property, entry: key, value, schema }] of lifted.entries()) {
    let known = entry.constants[i];
    if (known === undefined || !Object.is(known.given, value)) {
      const parsed = schema.safeParse(value);
      if (!parsed.success) {
        const place = `step "${steps[step]?.name}": "${property}"${key === null ? "" : `["${key}"]`}`;
        const what = parsed.error.issues.map(({ message }) => message).join("; ");
        throw new StepError(
          "DYN003",
          `the generated workflow has faults: ${place} is ${JSON.stringify(value)}: ${what}`,
        );
      }
      known = { given: value, taken: parsed.data };
      entry.constants[i] = known;
    }
    parameters[liftedName(i)] = known.taken;
  }
  return parameters;
}

const LOSES_STATE: ReadonlySet<string> = new Set(["DYNAMIC_DIED", "DYNAMIC_TIMEOUT", "DYNAMIC_PROTOCOL"]);

/** Faults of the machine, not of the request. */
function isSystem({ code }: StepFault): boolean {
  return (code.startsWith("MODEL_") && code !== "MODEL_UNKNOWN") || code === "DYNAMIC_DIED";
}

function timedOut({ settings }: DynamicSubworkflow): StepError {
  const { runMs } = settings.limits;
  return new StepError("DYN010", `the generated workflow did not finish within "run_ms" (${runMs})`, { phase: "run" });
}

function tooSlow({ settings }: DynamicSubworkflow): StepError {
  const { compileMs } = settings.limits;
  const message = `the generated workflow was not compiled within "compile_ms" (${compileMs}); "on_cold" can let frames pass meanwhile`;
  return new StepError("DYN010", message, { phase: "compile" });
}
