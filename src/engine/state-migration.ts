import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Plan, PlanStep } from "../compiler/plan.ts";

interface PlacedStep {
  plan: Plan;
  step: PlanStep;
}

/**
 * Whether a step of a new plan keeps the state of the step of that name in the old plan. Code is compared by its text,
 * every other step by its whole definition; other steps of the plans do not matter.
 */
export function isSameStep(before: PlacedStep, after: PlacedStep): boolean {
  const isCode = after.step.code !== null && after.step.subworkflow === null;
  const [one, other] = [before, after].map((placed) => (isCode ? codeIdentity(placed) : identity(placed)));
  return isDeepStrictEqual(one, other);
}

/** The same as text: of steps that keep the state of each other it is the same. */
export function stepIdentity(placed: PlacedStep): string {
  return createHash("sha256")
    .update(JSON.stringify(identity(placed), sortedKeys))
    .digest("hex");
}

/** The order of keys in a definition means nothing. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Variables of code live as long as the code does not change; properties and inputs of the step may. */
function codeIdentity({ step: { name, type, code, subworkflow, onError } }: PlacedStep) {
  return { name, type, code, subworkflow, onError };
}

function identity(placed: PlacedStep) {
  const { plan, step } = placed;
  const { literals, simd, level, children } = step;
  const bindings = step.bindings.map(({ slot, ...binding }) => ({ ...binding, from: producerOf(plan, slot) }));
  const levels = [level, ...(children === null ? [] : [children])].map((at) => plan.levels[at]?.lineage);
  return { ...codeIdentity(placed), literals, simd, levels, bindings };
}

/** Numbers of slots move when steps come and go; what fills them has a name. */
function producerOf(plan: Plan, slot: number): string {
  const input = plan.inputs.find((candidate) => candidate.slot === slot);
  if (input !== undefined) return `inputs.${input.name}`;
  for (const { name, outputs } of plan.steps) {
    const output = outputs.find((candidate) => candidate.slot === slot);
    if (output !== undefined) return `steps.${name}.${output.name}`;
  }
  return "";
}
