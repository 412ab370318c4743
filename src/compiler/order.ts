import type { Issue } from "../base/issue.ts";
import type { Sources } from "./references.ts";
import type { ParsedStep } from "./steps.ts";

/** Pass 4: steps by longest distance from the start, then as written; a cycle is an issue that prints its chain. */
export function orderSteps(steps: readonly ParsedStep[], sources: Sources, issues: Issue[]): ParsedStep[] {
  const graph = graphOf(steps, sources);
  const distance = new Map<ParsedStep, number>();
  const inCycle = new Set<ParsedStep>();
  let ready = steps.filter((step) => graph.waitsFor.get(step)?.size === 0);
  for (let level = 0; distance.size < steps.length; level++) {
    if (ready.length === 0) {
      ready = findCycle(steps, graph, distance);
      for (const step of ready) inCycle.add(step);
      reportCycle(ready, issues);
    }
    for (const step of ready) distance.set(step, level);
    ready = release(ready, graph, distance);
  }
  return steps
    .filter((step) => !inCycle.has(step))
    .toSorted((a, b) => (distance.get(a) ?? 0) - (distance.get(b) ?? 0) || a.index - b.index);
}

interface Graph {
  /** Steps that must run before a step, as far as they have no place in the order yet. */
  waitsFor: ReadonlyMap<ParsedStep, Set<ParsedStep>>;
  followers: ReadonlyMap<ParsedStep, readonly ParsedStep[]>;
}

/** Edges of data, of flow control, and those that only order. */
function graphOf(steps: readonly ParsedStep[], sources: Sources): Graph {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const waitsFor = new Map(steps.map((step) => [step, new Set<ParsedStep>()]));
  const followers = new Map(steps.map((step): [ParsedStep, ParsedStep[]] => [step, []]));
  const connect = (from: ParsedStep, to: ParsedStep) => {
    if (waitsFor.get(to)?.has(from)) return;
    waitsFor.get(to)?.add(from);
    followers.get(from)?.push(to);
  };
  for (const step of steps) {
    for (const connection of step.connections) {
      const source = sources.get(connection);
      if (source?.type === "output") connect(source.step, step);
    }
    for (const { selector } of step.controls) {
      const target = selector.type === "step" ? byName.get(selector.name) : undefined;
      if (target !== undefined) connect(step, target);
    }
    for (const name of step.after) {
      const earlier = byName.get(name);
      if (earlier !== undefined) connect(earlier, step);
    }
  }
  return { waitsFor, followers };
}

/** Steps that wait for nothing more once `done` have their place. */
function release(done: readonly ParsedStep[], graph: Graph, distance: ReadonlyMap<ParsedStep, number>): ParsedStep[] {
  const released: ParsedStep[] = [];
  for (const step of done) {
    for (const follower of graph.followers.get(step) ?? []) {
      const waits = graph.waitsFor.get(follower);
      waits?.delete(step);
      if (waits?.size === 0 && !distance.has(follower)) released.push(follower);
    }
  }
  return released;
}

/** If every step waits, following the dependencies must find a cycle. */
function findCycle(steps: readonly ParsedStep[], graph: Graph, placed: ReadonlyMap<ParsedStep, number>): ParsedStep[] {
  const place = new Map<ParsedStep, number>();
  const walk: ParsedStep[] = [];
  let step = steps.find((candidate) => !placed.has(candidate));
  while (step !== undefined && !place.has(step)) {
    place.set(step, walk.length);
    walk.push(step);
    [step] = graph.waitsFor.get(step) ?? [];
  }
  return walk.slice(step === undefined ? 0 : place.get(step)).toReversed();
}

/** Prints the chain in the direction of the data, from the step that was written first. */
function reportCycle(cycle: readonly ParsedStep[], issues: Issue[]): void {
  const start = cycle.reduce((first, step, i) => (step.index < (cycle[first]?.index ?? 0) ? i : first), 0);
  const chain = [...cycle.slice(start), ...cycle.slice(0, start)];
  const [first] = chain;
  const names = [...chain, first].map((step) => `$steps.${step?.name}`).join(" -> ");
  issues.push({
    code: "COMPILE_CYCLE",
    class: "ExecutionGraphStructureError",
    path: first?.path ?? "/steps",
    message: cycle.length === 1 ? `step "${first?.name}" refers to itself` : `steps form a cycle: ${names}`,
  });
}
