import type { Block } from "../blocks/contract/block.ts";
import { type Plan, type PlanStep, typesIn } from "../compiler/plan.ts";
import { PlanRunner } from "../engine/run-plan.ts";
import { openExpansion } from "./run-expansion.ts";
import { openForEach } from "./run-for-each.ts";
import { openSwitch } from "./run-switch.ts";
import { openHost, type SubworkflowHost, type SubworkflowSurroundings } from "./subworkflow-host.ts";

/** Opens a plan whose steps may run subworkflows; unchanged steps of the old runner keep their state. */
export function openPlanRunner(
  plan: Plan,
  surroundings: SubworkflowSurroundings,
  { onError, before = null }: { onError: "throw" | "isolate"; before?: PlanRunner | null },
): PlanRunner {
  const { services, initOf } = surroundings;
  const { blockOf } = openHost({ ...surroundings, openSubworkflow });
  return new PlanRunner(plan, { services, onError, initOf, blockOf }, before);
}

function openSubworkflow(step: PlanStep, host: SubworkflowHost): Block {
  const { subworkflow } = step;
  if (subworkflow?.type === "for_each") return openForEach(step, subworkflow, host);
  if (subworkflow?.type === "switch") return openSwitch(step, subworkflow, host);
  if (subworkflow?.type === "dynamic") return openExpansion(step, subworkflow, host);
  return host.surroundings.catalogued(step);
}

/** Blocks of the catalogue that a plan may use: with steps that make workflows any. */
export function blocksOf(plan: Plan, catalogue: ReadonlyMap<string, Block>): Block[] {
  const { types, generates } = typesIn(plan);
  const used = generates ? catalogue.values() : [...types].flatMap((type) => catalogue.get(type) ?? []);
  return [...new Set(used)];
}
