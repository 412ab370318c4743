import { BugError, StepError } from "../base/errors.ts";
import type { Block, Context } from "../blocks/contract/block.ts";
import type { DynamicSubworkflow, PlanStep } from "../compiler/plan.ts";
import { openInstances } from "../dynamic/code/code-calls.ts";
import { isPlaced, listsOf } from "../dynamic/ipc/code-lists.ts";
import { type DirectValues, readDirect } from "./direct-result.ts";
import { type Answer, callExpander } from "./expander.ts";
import { ExpansionPlans } from "./expansion-plans.ts";
import { type GeneratedWorkflow, isGenerated, readGenerated } from "./generated.ts";
import type { Shape } from "./shape.ts";
import { type RunOutcome, ShapeRun } from "./shape-run.ts";
import { subworkflowBlock } from "./subworkflow-block.ts";
import type { SubworkflowHost } from "./subworkflow-host.ts";

type Elements = readonly Record<string, unknown>[];

/** One element and where it belongs. */
interface Call {
  element: Readonly<Record<string, unknown>>;
  context: Context;
}

/** What is to be done for one element. */
type Task =
  | { type: "direct"; values: DirectValues; expandMs: number }
  | { type: "workflow"; workflow: GeneratedWorkflow; shape: Shape; expandMs: number }
  | { type: "failed"; error: StepError; expandMs: number };

/** Runs the workflows that the step's code generates for each element: those of equal shape together, compiled once. */
export function openExpansion(step: PlanStep, subworkflow: DynamicSubworkflow, host: SubworkflowHost): Block {
  const { code } = step;
  if (code === null) throw new BugError(`dynamic workflow step "${step.name}" has no code`);
  const instanceOf = openInstances(code, { step: host.path, runtime: host.surroundings.runtime });
  const lists = listsOf(code, step);
  const expand: Expand = (elements, contexts) => callExpander(code, instanceOf, { elements, contexts, lists });
  return {
    ...openExpander(step, subworkflow, { host, expand }),
    acceptsEmpty: code.acceptsEmpty,
    placed: isPlaced(code, lists),
  };
}

/** Makes something of every element of a batch. */
export type Expand = (elements: Elements, contexts: readonly Context[]) => Promise<Answer[]>;

/** The same for whatever makes the workflows. */
export function openExpander(
  step: PlanStep,
  subworkflow: DynamicSubworkflow,
  { host, expand }: { host: SubworkflowHost; expand: Expand },
): Block {
  if (host.types.includes(step.type) && !subworkflow.settings.recursive) throw recursion(step.type);
  const plans = new ExpansionPlans(step, subworkflow, host);
  const runs = new ShapeRun(subworkflow, plans);

  async function runMany(elements: Elements, contexts: readonly Context[]): Promise<unknown[]> {
    const answers = await expand(elements, contexts);
    const tasks = answers.map((answer, i) =>
      taskOf(answer, { element: elements[i] ?? {}, context: contexts[i] as Context }),
    );
    const outcomes = new Array<RunOutcome | StepError>(elements.length);
    for (const [i, task] of tasks.entries()) {
      if (task.type === "failed") outcomes[i] = task.error;
      else if (task.type === "direct") outcomes[i] = runs.direct(task.values);
    }
    const made = tasks.flatMap((task, i) => (task.type === "workflow" ? [{ ...task, element: i }] : []));
    await runs.run(made, { elements, contexts, outcomes });
    return outcomes.map((outcome, i) => runs.resultOf(outcome, contexts[i] as Context, answers[i]?.expandMs ?? 0));
  }

  function taskOf(answer: Answer, call: Call): Task {
    const { expandMs } = answer;
    plans.stats.expandMs += expandMs;
    plans.called();
    if ("error" in answer) return { type: "failed", error: answer.error, expandMs };
    try {
      return readAnswer(answer.value, expandMs, call);
    } catch (error) {
      if (error instanceof StepError) return { type: "failed", error, expandMs };
      throw error;
    }
  }

  function readAnswer(value: unknown, expandMs: number, { element, context }: Call): Task {
    if (!isGenerated(value)) return { type: "direct", values: readDirect(directOf(value), subworkflow), expandMs };
    const workflow = readGenerated(value);
    checkLimits(workflow, context);
    if (workflow.steps.length === 0) {
      return { type: "direct", values: readDirect(passedThrough(workflow, element), subworkflow), expandMs };
    }
    const shape = plans.shapeOf(workflow);
    const bytes = shape.key.length + 8 * shape.lifted.length;
    checkLimit("max_literal_bytes", bytes, subworkflow.settings.limits.literalBytes);
    return { type: "workflow", workflow, shape, expandMs };
  }

  function checkLimits({ steps }: GeneratedWorkflow, { frame }: Context): void {
    const { limits } = subworkflow.settings;
    checkLimit("max_steps", steps.length, limits.steps);
    checkLimit("max_depth", (frame?.depth ?? 0) + 1, limits.depth);
    if (frame === null || frame === undefined) return;
    frame.spent.expansions++;
    frame.spent.steps += steps.length;
    checkLimit("max_expansions", frame.spent.expansions, limits.expansions);
    checkLimit("max_frame_steps", frame.spent.steps, limits.frameSteps);
  }

  const forget = (stateKey: string) => {
    plans.forget(stateKey);
    runs.forget(stateKey);
  };
  return subworkflowBlock(step, runMany, forget);
}

/** The builder wraps what it means as a direct result. */
function directOf(value: unknown): unknown {
  const wrapped = value as { type?: unknown; values?: unknown } | null;
  return typeof value === "object" && wrapped?.type === "DirectResult" ? wrapped.values : value;
}

/** A workflow without steps hands on inputs of the step, or values. */
function passedThrough({ outputs }: GeneratedWorkflow, element: Readonly<Record<string, unknown>>): DirectValues {
  const entries = outputs.map((output) => {
    if (!("selector" in output)) return [output.name, output.value];
    const input = output.selector.replace("$inputs.", "");
    if (Object.hasOwn(element, input)) return [output.name, element[input]];
    throw new StepError(
      "DYN003",
      `the output "${output.name}" shows ${output.selector}, which is no input of the step`,
    );
  });
  return Object.fromEntries(entries);
}

function checkLimit(limit: string, value: number, most: number): void {
  if (value <= most) return;
  const message = `${limit} is ${most}, but the generated workflow comes to ${value}; "limits" sets it`;
  throw new StepError("DYN006", message, { limit, value, most });
}

function recursion(type: string): StepError {
  return new StepError("DYN013", `"${type}" makes itself again, which "recursive": true would have to allow`);
}
