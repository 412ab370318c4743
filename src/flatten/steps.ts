import { pointer } from "../base/issue.ts";
import type { StepDefinition } from "../definition/document.ts";
import { looksLikeSelector, parseSelector } from "../definition/selector.ts";

/** A step whose selectors are replaced wherever the language knows them: properties, and one level inside them. */
export function rewriteStep(step: StepDefinition, rewrite: (text: string, at: string) => unknown): StepDefinition {
  const replace = (value: unknown, at: string) => (looksLikeSelector(value) ? rewrite(value, at) : value);
  const entries = Object.entries(step).map(([property, value]) => {
    const at = pointer([property]);
    if (Array.isArray(value)) return [property, value.map((item, i) => replace(item, `${at}/${i}`))] as const;
    if (typeof value !== "object" || value === null) return [property, replace(value, at)] as const;
    const inner = Object.entries(value).map(([key, item]) => [key, replace(item, `${at}${pointer([key])}`)]);
    return [property, Object.fromEntries(inner)] as const;
  });
  return { ...Object.fromEntries(entries), type: step.type, name: step.name };
}

/** Names of the steps that a step refers to as steps, as flow control does. */
export function targetsOf(step: StepDefinition): string[] {
  const targets: string[] = [];
  rewriteStep(step, (text) => {
    const selector = parseSelector(text);
    if (selector?.type === "step") targets.push(selector.name);
    return text;
  });
  return targets;
}

/**
 * The flow-control step that replaces a nested workflow which others control: it lets all steps of the
 * workflow run, or none. One gate for them all keeps the workflow one thing, also where a case may name one step only.
 */
export function gateStep(name: string, steps: readonly StepDefinition[]): StepDefinition {
  const always = {
    type: "UnaryStatement",
    operand: { type: "StaticOperand", value: true },
    operator: { type: "(Boolean) is True" },
  };
  return {
    type: "roboflow_core/continue_if@v1",
    name,
    condition_statement: { type: "StatementGroup", statements: [always] },
    evaluation_parameters: {},
    next_steps: steps.map((step) => `$steps.${step.name}`),
  };
}
