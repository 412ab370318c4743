import type { Issue } from "../base/issue.ts";
import { brief } from "../definition/brief.ts";
import type { OutputDefinition } from "../definition/document.ts";
import { parseSelector } from "../definition/selector.ts";
import { near } from "./near.ts";
import type { Scope, Source } from "./references.ts";
import type { ParsedStep } from "./steps.ts";

/** What an output of the workflow shows. */
export type OutputSource = Source | { type: "all"; step: ParsedStep };

/** Pass 6: resolves the selector of every output. Outputs of faulty steps are left out. */
export function resolveOutputs(
  outputs: readonly OutputDefinition[],
  scope: Scope,
  issues: Issue[],
): Map<OutputDefinition, OutputSource> {
  const resolved = new Map<OutputDefinition, OutputSource>();
  outputs.forEach((output, index) => {
    const source = resolve(output, scope, issues);
    if (source === null) return;
    if ("type" in source) resolved.set(output, source);
    else {
      const { what, ...rest } = source;
      const found = parseSelector(output.selector) === null ? `is ${brief(output.selector)},` : output.selector;
      const message = `output "${output.name}": ${found} ${what}`;
      issues.push({ code: "COMPILE_OUTPUT", path: `/outputs/${index}/selector`, message, ...rest });
    }
  });
  return resolved;
}

type Fault = { class: string; what: string; hint?: string };

function resolve(output: OutputDefinition, scope: Scope, issues: readonly Issue[]): OutputSource | Fault | null {
  const { selector: text } = output;
  const selector = parseSelector(text);
  const invalid = "InvalidReferenceTargetError";
  if (selector === null) return { class: invalid, what: "which is no selector", hint: "write $steps.name.output" };
  if (selector.type === "input") {
    const input = scope.inputs.get(selector.name);
    if (input !== undefined) return { type: "input", input };
    return fault(invalid, "names an input that does not exist", near(selector.name, scope.inputs.keys(), issues));
  }
  if (selector.type === "step") {
    return fault(
      "AssumptionError",
      "is a step, where one of its outputs is expected",
      `write ${text}.* for all outputs`,
    );
  }
  const step = scope.steps.get(selector.step);
  if (step === null) return null;
  if (step === undefined) {
    return fault(invalid, "names a step that does not exist", near(selector.step, scope.steps.keys(), issues));
  }
  if (selector.output === "*") return { type: "all", step };
  if (Object.hasOwn(step.outputs, selector.output)) return { type: "output", step, output: selector.output };
  const known = Object.keys(step.outputs);
  const hint =
    near(selector.output, known, issues) ?? `the outputs of ${step.block.type} are ${known.join(", ") || "none"}`;
  return fault(invalid, `names an output that ${step.block.type} does not have`, hint);
}

function fault(errorClass: string, what: string, hint?: string): Fault {
  return { class: errorClass, what, ...(hint ? { hint } : {}) };
}
