import { CompileError } from "../../base/errors.ts";
import { check } from "../../compiler/compile.ts";
import type { Plan, PlanStep } from "../../compiler/plan.ts";
import { readDefinitionFile } from "../input/read-definition.ts";
import { loadLibrary } from "../plugins/library.ts";

/** The outside of a definition and how it will run. */
export interface Description {
  inputs: { name: string; kinds: readonly string[]; dimensionality: number; default?: unknown }[];
  outputs: { name: string; kinds: readonly string[]; dimensionality: number }[];
  steps: { name: string; type: string; runs: string; dimensionality: number; after: string[]; gatedBy: string[] }[];
  /** What the decoder delivers for each image input. */
  pixels: Plan["pixels"];
}

/** The plan of a definition file, also when some of its blocks cannot run here; throws `CompileError`. */
export async function planOf(file: string): Promise<Plan> {
  const definition = await readDefinitionFile(file);
  const { library } = await loadLibrary();
  const { plan, issues } = check(definition.document, library);
  if (plan === null) throw new CompileError("COMPILE", definition.placed(issues), file);
  return plan;
}

export function describePlan(plan: Plan): Description {
  const depth = (level: number) => plan.levels[level]?.lineage.length ?? 0;
  return {
    inputs: plan.inputs.map(({ name, kinds, dimensionality, defaultValue, batch }) => {
      return { name, kinds, dimensionality, ...(batch ? {} : { default: defaultValue }) };
    }),
    outputs: plan.outputs.map(({ name, source }) => {
      if (source.type === "all")
        return { name, kinds: ["dictionary"], dimensionality: slotDepth(plan, source.slots[0]?.slot) };
      return { name, kinds: plan.slots[source.slot]?.kinds ?? ["*"], dimensionality: slotDepth(plan, source.slot) };
    }),
    steps: plan.steps.map((step) => {
      const slots = new Set(step.bindings.map(({ slot }) => slot));
      const after = plan.steps
        .filter((other) => other.outputs.some(({ slot }) => slots.has(slot)))
        .map(({ name }) => name);
      const gatedBy = step.gates.map((gate) => plan.steps[gate.step]?.name ?? "");
      return {
        name: step.name,
        type: step.type,
        runs: whereItRuns(step),
        dimensionality: depth(step.level),
        after,
        gatedBy,
      };
    }),
    pixels: plan.pixels,
  };
}

function slotDepth(plan: Plan, slot: number | undefined): number {
  return plan.levels[plan.slots[slot ?? 0]?.level ?? 0]?.lineage.length ?? 0;
}

/** In words for a person. */
export function whereItRuns(step: PlanStep): string {
  if (step.unsupported !== null) return `cannot run here: ${step.unsupported}`;
  if (step.needsModels) return "session threads of the model";
  if (step.pictureOnly) return "workflow thread, only while the picture has viewers";
  return step.stateful ? "workflow thread, in frame order" : "workflow thread";
}
