import type { Plan, PlanStep } from "../../compiler/plan.ts";

/**
 * Whether the tracks in an output of a plan are those of the plan before: the trackers behind it went over with their
 * state; where there is none, the code behind it, which may number objects itself.
 */
export function keepsTracks(plan: Plan, output: string | null, carried: ReadonlySet<string>): boolean {
  const behind = stepsBehind(plan, output);
  const trackers = behind.filter(({ stateful, code }) => stateful && code === null);
  const sources = trackers.length > 0 ? trackers : behind.filter(({ code }) => code !== null);
  return sources.every(({ name }) => carried.has(name));
}

/** The steps whose values reach an output. */
function stepsBehind(plan: Plan, name: string | null): PlanStep[] {
  const source = plan.outputs.find((output) => output.name === name)?.source;
  const slots =
    source === undefined ? [] : source.type === "slot" ? [source.slot] : source.slots.map(({ slot }) => slot);
  const found = new Set<PlanStep>();
  const wanted = [...slots];
  for (let slot = wanted.pop(); slot !== undefined; slot = wanted.pop()) {
    const filled = slot;
    const step = plan.steps.find(({ outputs }) => outputs.some((output) => output.slot === filled));
    if (step === undefined || found.has(step)) continue;
    found.add(step);
    wanted.push(...step.bindings.map((binding) => binding.slot));
  }
  return [...found];
}
