type Entry = Record<string, unknown>;

/** A workflow of the test's steps: batch inputs by name, parameters with their default. */
export function workflow(
  inputs: readonly string[] | Readonly<Record<string, unknown>>,
  steps: readonly unknown[],
  outputs: Readonly<Record<string, string>>,
) {
  const parameter = ([name, value]: [string, unknown]) => ({ type: "WorkflowParameter", name, default_value: value });
  return {
    version: "1.0",
    inputs: Array.isArray(inputs)
      ? inputs.map((name) => ({ type: "WorkflowBatchInput", name }))
      : Object.entries(inputs).map(parameter),
    steps,
    outputs: Object.entries(outputs).map(([name, selector]) => ({ type: "JsonField", name, selector })),
  };
}

/** An inner workflow step with its workflow written in it. */
export function inner(name: string, definition: unknown, bindings: Entry = {}) {
  return { type: INNER, name, workflow_definition: definition, parameter_bindings: bindings };
}

/** An inner workflow step that names its workflow, `workspace/id` with or without `@version`. */
export function referred(name: string, reference: string, bindings: Entry = {}) {
  const [workspace, id, version] = reference.split(/[/@]/);
  const named = { workflow_workspace_id: workspace, workflow_id: id, workflow_version_id: version ?? null };
  return { type: INNER, name, ...named, parameter_bindings: bindings };
}

/** A workflow around another, as often as told, that hands `x` in and `out` out. */
export function wrapped(definition: unknown, times: number): unknown {
  if (times === 0) return definition;
  const step = inner("n", wrapped(definition, times - 1), { x: "$inputs.x" });
  return workflow(["x"], [step], { out: "$steps.n.out" });
}

/** A workflow that gives its input back. */
export const same = workflow(["x"], [{ type: "identity", name: "s", value: "$inputs.x" }], { out: "$steps.s.out" });

const INNER = "roboflow_core/inner_workflow@v1";
