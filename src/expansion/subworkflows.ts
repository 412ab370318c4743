import type { SubworkflowContext } from "../compiler/compile.ts";
import type { ParsedStep } from "../compiler/steps.ts";
import { compileForEach } from "./subworkflow-for-each.ts";
import { compileSwitch } from "./subworkflow-switch.ts";

const FORMS: Readonly<Record<string, (step: ParsedStep, context: SubworkflowContext) => void>> = {
  "millrace/for_each@v1": compileForEach,
  "millrace/switch@v1": compileSwitch,
};

/** Compiles the subworkflows of steps; a step with faulty ones is reported and not changed. */
export function compileSubworkflows(steps: readonly ParsedStep[], context: SubworkflowContext): void {
  for (const step of steps) FORMS[step.block.type]?.(step, context);
}
