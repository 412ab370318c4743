import type { Issue } from "../base/issue.ts";
import type { Sources } from "./references.ts";
import type { ParsedStep } from "./steps.ts";

/** Who must run before whom: data edges and flow-control edges alike. */
export type Predecessors = ReadonlyMap<ParsedStep, ReadonlySet<ParsedStep>>;

/** Pass 4: steps by longest distance from the start, then as written; a cycle is an issue that prints its chain. */
export function orderSteps(steps: readonly ParsedStep[], sources: Sources, issues: Issue[]): ParsedStep[] {
  const before = predecessors(steps, sources);
  const distance = new Map<ParsedStep, number>();
  const inCycle = new Set<ParsedStep>();
  for (const step of steps) visit(step, { before, distance, inCycle, chain: [], issues });
  return steps
    .filter((step) => !inCycle.has(step))
    .toSorted((a, b) => (distance.get(a) ?? 0) - (distance.get(b) ?? 0) || a.index - b.index);
}

export function predecessors(steps: readonly ParsedStep[], sources: Sources): Predecessors {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const before = new Map(steps.map((step) => [step, new Set<ParsedStep>()]));
  for (const step of steps) {
    for (const connection of step.connections) {
      const source = sources.get(connection);
      if (source?.type === "output") before.get(step)?.add(source.step);
    }
    for (const { selector } of step.controls) {
      const target = selector.type === "step" ? byName.get(selector.name) : undefined;
      if (target !== undefined) before.get(target)?.add(step);
    }
  }
  return before;
}

interface Walk {
  before: Predecessors;
  distance: Map<ParsedStep, number>;
  inCycle: Set<ParsedStep>;
  chain: ParsedStep[];
  issues: Issue[];
}

function visit(step: ParsedStep, walk: Walk): number {
  const known = walk.distance.get(step);
  if (known !== undefined) return known;
  const start = walk.chain.indexOf(step);
  if (start >= 0) {
    reportCycle(walk.chain.slice(start).toReversed(), walk);
    return 0;
  }
  walk.chain.push(step);
  let distance = 0;
  for (const earlier of walk.before.get(step) ?? []) distance = Math.max(distance, visit(earlier, walk) + 1);
  walk.chain.pop();
  walk.distance.set(step, distance);
  return distance;
}

function reportCycle(cycle: readonly ParsedStep[], walk: Walk): void {
  if (cycle.every((step) => walk.inCycle.has(step))) return;
  for (const step of cycle) walk.inCycle.add(step);
  const [first] = cycle;
  const names = [...cycle, first].map((step) => `$steps.${step?.name}`).join(" -> ");
  walk.issues.push({
    code: "COMPILE_CYCLE",
    class: "ExecutionGraphStructureError",
    path: first?.path ?? "/steps",
    message: cycle.length === 1 ? `step "${first?.name}" refers to itself` : `steps form a cycle: ${names}`,
  });
}
