import type { NestContext } from "../compiler/compile.ts";
import type { ParsedStep } from "../compiler/steps.ts";
import { nestForEach } from "./nest-for-each.ts";
import { nestSwitch } from "./nest-switch.ts";

const FORMS: Readonly<Record<string, (step: ParsedStep, context: NestContext) => void>> = {
  "millrace/for_each@v1": nestForEach,
  "millrace/switch@v1": nestSwitch,
};

/** Compiles the workflows that steps carry; a step with faulty ones is reported and left as it is. */
export function nestWorkflows(steps: readonly ParsedStep[], context: NestContext): void {
  for (const step of steps) FORMS[step.block.type]?.(step, context);
}
