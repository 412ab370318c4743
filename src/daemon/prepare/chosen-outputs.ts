import type { Plan, PlanOutput } from "../../compiler/plan.ts";
import { DETECTION_KINDS } from "../../kinds/kinds.ts";

/** The output whose detections a pipeline publishes when its config names none: the last that can hold any. */
export function detectionsOutput(plan: Plan): string | null {
  const holding = plan.outputs.filter((output) => kindsOf(output, plan).some((kind) => DETECTION_KINDS.includes(kind)));
  return holding.at(-1)?.name ?? null;
}

/** The output shown on the live page when none is named. */
export function pictureOutput(plan: Plan): string | null {
  return plan.outputs.findLast((output) => output.picture)?.name ?? null;
}

/** Kinds of the output of a name, any where it is not known. */
export function outputKinds(plan: Plan, name: string): readonly string[] {
  const output = plan.outputs.find((one) => one.name === name);
  return output === undefined ? ["*"] : kindsOf(output, plan);
}

function kindsOf({ source }: PlanOutput, plan: Plan): readonly string[] {
  return source.type === "slot" ? (plan.slots[source.slot]?.kinds ?? ["*"]) : ["*"];
}
