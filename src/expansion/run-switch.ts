import type { Block, Context } from "../blocks/contract/block.ts";
import type { BoundInput, PlanStep, SwitchSubworkflow, SwitchTest } from "../compiler/plan.ts";
import { SubPlan } from "./sub-plan.ts";
import { innerFailure, insideOf, subworkflowBlock } from "./subworkflow-block.ts";
import { openHost, type SubworkflowHost } from "./subworkflow-host.ts";

type Elements = readonly Record<string, unknown>[];

/** Runs each element through the workflow of the first case that holds; the elements of a case as one batch. */
export function openSwitch(
  step: PlanStep,
  subworkflow: SwitchSubworkflow,
  { surroundings, path, types }: SubworkflowHost,
): Block {
  const cases = subworkflow.cases.map(({ when, plan }, i) => {
    return { when, sub: new SubPlan(plan, openHost(surroundings, `${path}#${i}`, types)) };
  });

  async function runMany(elements: Elements, contexts: readonly Context[]): Promise<unknown[]> {
    const chosen = elements.map((element) => cases.findIndex(({ when }) => holds(when, element["on"])));
    const results = elements.map((): unknown => emptyResult(step));
    await Promise.all(cases.map(({ sub }, n) => runCase(sub, n, chosen, { elements, contexts, results })));
    return results;
  }

  async function runCase(sub: SubPlan, n: number, chosen: readonly number[], all: Batch): Promise<void> {
    const members = chosen.flatMap((found, i) => (found === n ? [i] : []));
    if (members.length === 0) return;
    const inside = insideOf(members.map((i) => all.contexts[i]).filter((context) => context !== undefined));
    const inputs = inputsOf(
      sub,
      subworkflow.shared,
      members.map((i) => all.elements[i] ?? {}),
    );
    const { rows, faults } = await sub.run({ ...inside, inputs });
    for (const [at, i] of members.entries()) {
      const [fault] = faults.get(at) ?? [];
      const row = rows[at];
      all.results[i] =
        fault === undefined
          ? { ...emptyResult(step), ...row, result: { case: n, status: "ok" } }
          : innerFailure(fault, `${path}#${n}`);
    }
  }

  return subworkflowBlock(step, runMany, (stateKey) => {
    for (const { sub } of cases) sub.forget(stateKey);
  });
}

interface Batch {
  elements: Elements;
  contexts: readonly Context[];
  results: unknown[];
}

/** Values for a workflow's inputs: a list for a batch input, the first element's value for a parameter. */
function inputsOf({ plan }: SubPlan, shared: readonly BoundInput[], elements: Elements): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const { name, property } of shared) {
    const input = plan.inputs.find((candidate) => candidate.name === name);
    if (input === undefined) continue;
    const values = elements.map((element) => element[property]);
    inputs[name] = input.batch ? values : values[0];
  }
  return inputs;
}

function emptyResult({ outputs }: PlanStep): Record<string, unknown> {
  const empty = outputs.map(({ name, below }) => [name, below.length > 0 ? [] : null] as const);
  return { ...Object.fromEntries(empty), result: { case: null, status: "empty" } };
}

const COMPARE: Readonly<Record<string, (value: unknown, operand: unknown) => boolean>> = {
  eq: (value, operand) => value === operand,
  ne: (value, operand) => value !== operand,
  lt: (value, operand) => areNumbers(value, operand) && Number(value) < Number(operand),
  lte: (value, operand) => areNumbers(value, operand) && Number(value) <= Number(operand),
  gt: (value, operand) => areNumbers(value, operand) && Number(value) > Number(operand),
  gte: (value, operand) => areNumbers(value, operand) && Number(value) >= Number(operand),
  in: (value, operand) => Array.isArray(operand) && operand.includes(value),
  not_in: (value, operand) => Array.isArray(operand) && !operand.includes(value),
};

function areNumbers(value: unknown, operand: unknown): boolean {
  return typeof value === "number" && typeof operand === "number";
}

/** Every comparison of the test holds for the value; no test always does. */
function holds(when: SwitchTest, value: unknown): boolean {
  return when === null || Object.entries(when).every(([name, operand]) => COMPARE[name]?.(value, operand) ?? false);
}
