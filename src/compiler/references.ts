import type { Issue } from "../base/issue.ts";
import type { InputDefinition } from "../definition/document.ts";
import { near } from "./near.ts";
import type { Connection, ParsedStep } from "./steps.ts";

/** The source of a connection: a workflow input or one output of a step. */
export type Source = { type: "input"; input: InputDefinition } | { type: "output"; step: ParsedStep; output: string };

/** All names a selector may use. `steps` holds null for steps that exist but are faulty. */
export interface Scope {
  inputs: ReadonlyMap<string, InputDefinition>;
  steps: ReadonlyMap<string, ParsedStep | null>;
}

export type Sources = ReadonlyMap<Connection, Source>;

/** Pass 2: every selector to the thing it names. Connections to faulty steps are left out: their fault is reported already. */
export function resolveReferences(steps: readonly ParsedStep[], scope: Scope, issues: Issue[]): Sources {
  const sources = new Map<Connection, Source>();
  for (const step of steps) {
    for (const connection of step.connections) {
      const source = resolve(step, connection, scope, issues);
      if (source !== null) sources.set(connection, source);
    }
    checkTargets(step, scope, issues);
    checkAfter(step, scope, issues);
  }
  return sources;
}

function resolve(step: ParsedStep, connection: Connection, scope: Scope, issues: Issue[]): Source | null {
  const { selector } = connection;
  const fault = (code: string, errorClass: string, what: string, hint?: string) => {
    const message = `step "${step.name}": "${connection.property}" refers to ${connection.text}, ${what}`;
    issues.push({ code, class: errorClass, path: connection.path, message, ...(hint ? { hint } : {}) });
    return null;
  };
  if (selector.type === "input") {
    const input = scope.inputs.get(selector.name);
    if (input !== undefined) return { type: "input", input };
    const hint = near(selector.name, scope.inputs.keys(), issues);
    return fault("COMPILE_UNKNOWN_INPUT", "InvalidReferenceTargetError", "but there is no such input", hint);
  }
  if (selector.type === "step") {
    const hint = "name one of its outputs: $steps.name.output";
    // Where a literal text is allowed too, the reference reports this only at run time.
    const isText = connection.port.literal?.safeParse(connection.text).success ?? false;
    const errorClass = isText ? "ExecutionGraphStructureError" : "WorkflowSyntaxError";
    return fault("COMPILE_STEP_AS_DATA", errorClass, "a step, where data is expected", hint);
  }
  const producer = scope.steps.get(selector.step);
  if (producer === undefined) {
    const hint = nearStep(selector.step, step, { scope, issues });
    return fault("COMPILE_UNKNOWN_STEP", "InvalidReferenceTargetError", "but there is no such step", hint);
  }
  if (producer === null) return null;
  if (Object.hasOwn(producer.outputs, selector.output)) {
    return { type: "output", step: producer, output: selector.output };
  }
  const known = Object.keys(producer.outputs);
  const hint = near(selector.output, known, issues) ?? outputsOf(known);
  const what = `but ${producer.block.type} has no output "${selector.output}"`;
  return fault("COMPILE_UNKNOWN_OUTPUT", "ExecutionGraphStructureError", what, hint);
}

/** Another step with a name like this: none refers to itself. */
function nearStep(name: string, { name: own }: ParsedStep, { scope, issues }: { scope: Scope; issues: Issue[] }) {
  const others = [...scope.steps.keys()].filter((known) => known !== own);
  return near(name, others, issues);
}

function outputsOf(known: readonly string[]): string {
  return known.length === 0 ? "it controls the flow and has no outputs" : `its outputs are ${known.join(", ")}`;
}

function checkAfter(step: ParsedStep, scope: Scope, issues: Issue[]): void {
  for (const name of step.after) {
    if (scope.steps.has(name)) continue;
    const hint = nearStep(name, step, { scope, issues });
    issues.push({
      code: "COMPILE_UNKNOWN_STEP",
      class: "InvalidReferenceTargetError",
      path: `${step.path}/step_options/after`,
      message: `step "${step.name}" runs after "${name}", but there is no such step`,
      ...(hint ? { hint } : {}),
    });
  }
}

function checkTargets(step: ParsedStep, scope: Scope, issues: Issue[]): void {
  const seen = new Set<string>();
  for (const control of step.controls) {
    const fault = (code: string, errorClass: string, what: string, hint?: string) => {
      const message = `step "${step.name}": "${control.property}" names ${control.text}, ${what}`;
      issues.push({ code, class: errorClass, path: control.path, message, ...(hint ? { hint } : {}) });
    };
    if (control.selector.type !== "step") {
      fault("COMPILE_DATA_AS_STEP", "WorkflowSyntaxError", "data, where a step is expected", "write $steps.name");
    } else if (!scope.steps.has(control.selector.name)) {
      const hint = nearStep(control.selector.name, step, { scope, issues });
      fault("COMPILE_UNKNOWN_STEP", "InvalidReferenceTargetError", "but there is no such step", hint);
    } else if (seen.has(control.text)) {
      const errorClass = control.port.form === "map" ? "WorkflowSyntaxError" : "ExecutionGraphStructureError";
      fault("COMPILE_DUPLICATE_TARGET", errorClass, "which it names already");
    }
    seen.add(control.text);
  }
}
