import type { Issue } from "../base/issue.ts";
import type { BlockManifest } from "../blocks/contract/block.ts";
import type { StepDefinition } from "../definition/document.ts";
import { originOf } from "../definition/origin.ts";
import { type Plan, plansOf } from "./plan.ts";

type Blocks = ReadonlyMap<string, BlockManifest>;

/** A step that is in order and cannot run here. */
export interface UnsupportedStep {
  name: string;
  type: string;
}

/** Steps whose types are known but cannot run here. */
export function unsupportedSteps(steps: readonly StepDefinition[], blocks: Blocks): UnsupportedStep[] {
  return steps.flatMap(({ name, type }) => {
    const block = blocks.get(type);
    return block?.unsupported ? [{ name, type: block.type }] : [];
  });
}

/** The same with their types, each once, in the order of the alphabet. */
export function unsupportedOf(unsupportedSteps: readonly UnsupportedStep[]) {
  return { unsupported: [...new Set(unsupportedSteps.map(({ type }) => type))].sort(), unsupportedSteps };
}

/** Why a definition cannot run here: one issue for each step whose block cannot. */
export function unsupportedIssues(steps: readonly StepDefinition[], blocks: Blocks): Issue[] {
  return steps.flatMap((step, index): Issue[] => {
    const block = blocks.get(step.type);
    if (!block?.unsupported) return [];
    const { reason, instead } = block.unsupported;
    const path = `${originOf(step, `/steps/${index}`)}/type`;
    const message = `step "${step.name}": block type "${block.type}" is known but cannot run here: ${reason}`;
    return [{ code: "COMPILE_UNSUPPORTED_BLOCK", path, message, ...(instead ? { hint: instead } : {}) }];
  });
}

/** The same for the workflows inside of steps. */
export function unsupportedInside(plan: Plan, at = ""): Issue[] {
  return plan.steps.flatMap(({ name, subworkflow }) => {
    const where = at === "" ? name : `${at}/${name}`;
    return (subworkflow === null ? [] : plansOf(subworkflow)).flatMap((inner) => [
      ...ownUnsupported(inner, where),
      ...unsupportedInside(inner, where),
    ]);
  });
}

function ownUnsupported({ steps }: Plan, at: string): Issue[] {
  return steps.flatMap(({ name, type, unsupported }): Issue[] => {
    if (unsupported === null) return [];
    const message = `step "${at}/${name}": block type "${type}" is known but cannot run here: ${unsupported}`;
    return [{ code: "COMPILE_UNSUPPORTED_BLOCK", path: "", message }];
  });
}
