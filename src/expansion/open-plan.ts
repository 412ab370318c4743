import type { Block } from "../blocks/contract/block.ts";
import { type Plan, type PlanStep, plansOf } from "../compiler/plan.ts";
import { PlanRunner } from "../engine/run-plan.ts";
import { type NestedHost, type NestedSurroundings, openHost } from "./nested-host.ts";
import { openExpansion } from "./run-expansion.ts";
import { openForEach } from "./run-for-each.ts";
import { openSwitch } from "./run-switch.ts";

/** Opens a plan whose steps may run workflows inside of them; unchanged steps of a runner before go on with their state. */
export function openPlanRunner(
  plan: Plan,
  surroundings: NestedSurroundings,
  { onError, before = null }: { onError: "throw" | "isolate"; before?: PlanRunner | null },
): PlanRunner {
  const { services, initOf } = surroundings;
  const { blockOf } = openHost({ ...surroundings, openNested });
  return new PlanRunner(plan, { services, onError, initOf, blockOf }, before);
}

function openNested(step: PlanStep, host: NestedHost): Block {
  const { nested } = step;
  if (nested?.type === "for_each") return openForEach(step, nested, host);
  if (nested?.type === "switch") return openSwitch(step, nested, host);
  if (nested?.type === "dynamic") return openExpansion(step, nested, host);
  return host.surroundings.catalogued(step);
}

/** Blocks of the catalogue that a plan may use: with steps that make workflows any. */
export function blocksOf(plan: Plan, catalogue: ReadonlyMap<string, Block>): Block[] {
  const found = new Set<Block>();
  const visit = ({ steps }: Plan) => {
    for (const { type, code, nested } of steps) {
      const block = catalogue.get(type);
      if (code === null && block !== undefined) found.add(block);
      if (nested === null) continue;
      if (nested.type === "dynamic") for (const any of catalogue.values()) found.add(any);
      for (const inner of plansOf(nested)) visit(inner);
    }
  };
  visit(plan);
  return [...found];
}
