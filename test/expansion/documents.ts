import { anything } from "../dynamic/code-in-a-definition.ts";

export type Entry = Record<string, unknown>;

export interface DynamicOptions {
  inputs?: Record<string, Entry>;
  outputs?: Record<string, Entry>;
  manifest?: Entry;
  code?: Entry;
  /** Beside manifest and code. */
  rest?: Entry;
}

/** A step type that makes workflows, written in a definition; its input is `value` and its output `out` unless told otherwise. */
export function dynamicWorkflow(
  type: string,
  source: string,
  { inputs, outputs, manifest, code, rest }: DynamicOptions = {},
): Entry {
  return {
    type: "DynamicWorkflowDefinition",
    manifest: {
      type: "ManifestDescription",
      block_type: type,
      inputs: inputs ?? { value: anything },
      outputs: outputs ?? { out: output() },
      ...manifest,
    },
    code: { type: "JavaScriptCode", run_function_code: source, ...code },
    ...rest,
  };
}

export function output(more: Entry = {}): Entry {
  return { type: "DynamicOutputDefinition", kind: ["*"], ...more };
}

/** Code that returns a workflow whose steps and outputs are given. */
export function returning(steps: readonly Entry[], outputs: Readonly<Record<string, string>>): string {
  return `function run() { return ${JSON.stringify(generated(steps, outputs))}; }`;
}

export function generated(steps: readonly Entry[], outputs: Readonly<Record<string, string>>): Entry {
  const list = Object.entries(outputs).map(([name, selector]) => ({ name, selector }));
  return { type: "GeneratedWorkflow", name: "made", steps, outputs: list };
}

/** A definition with one dynamic step `plan` of the type `Plan` on the batch input `x`; it shows all outputs. */
export function planDocument(
  definition: Entry,
  more: { blocks?: readonly Entry[]; inputs?: readonly Entry[] } = {},
): Entry {
  const { outputs, inputs } = definition["manifest"] as { outputs: Entry; inputs: Entry };
  const names = [...Object.keys(outputs), "result"];
  const bound = Object.keys(inputs).map((name, i) => [name, i === 0 ? "$inputs.x" : `$inputs.${name}`]);
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowBatchInput", name: "x" }, ...(more.inputs ?? [])],
    steps: [{ type: "Plan", name: "plan", ...Object.fromEntries(bound) }],
    outputs: names.map((name) => ({ type: "JsonField", name, selector: `$steps.plan.${name}` })),
    dynamic_blocks_definitions: [definition, ...(more.blocks ?? [])],
  };
}

/** What a step says of its run under the name `result`. */
export interface Told {
  sub_pipeline: { steps: Entry[] } | null;
  results: Entry;
  expanded: boolean;
  status: string;
  shape_key: string | null;
  cache_hit: boolean;
  timings: { expand_ms: number; compile_ms: number; run_ms: number };
  errors: string[];
  dropped: number;
  state_reset: boolean;
}
