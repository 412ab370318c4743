import { afterEach, describe, expect, it } from "vitest";
import { type CodeRuntime, openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import { anything, codeBlock } from "../dynamic/code-in-a-definition.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { dynamicWorkflow, type Entry, output, planDocument, type Told } from "./documents.ts";

// The same step in the thread of the workflow, in a process of its own, and in Python.

const JAVASCRIPT = `let calls = 0;
function run({ value, scale }) {
  calls += 1;
  if (value < 0) throw new Error("negative");
  if (value === 0) return { out: null, count: calls };
  const steps = [];
  for (let i = 0; i < value; i++) {
    steps.push({ type: "Scale", name: "s" + i, value: i === 0 ? "$inputs.value" : "$steps.s" + (i - 1) + ".out", by: scale });
  }
  return { type: "GeneratedWorkflow", name: "chain", steps,
    outputs: [{ name: "out", selector: "$steps.s" + (value - 1) + ".out" }, { name: "count", value: calls }] };
}`;

const PYTHON = `calls = 0
def run(self, value, scale):
    global calls
    calls += 1
    if value < 0:
        raise ValueError("negative")
    if value == 0:
        return {"out": None, "count": calls}
    steps = []
    for i in range(value):
        before = "$inputs.value" if i == 0 else "$steps.s%d.out" % (i - 1)
        steps.append({"type": "Scale", "name": "s%d" % i, "value": before, "by": scale})
    return {"type": "GeneratedWorkflow", "name": "chain", "steps": steps,
            "outputs": [{"name": "out", "selector": "$steps.s%d.out" % (value - 1)}, {"name": "count", "value": calls}]}
`;

const scale = codeBlock("Scale", "function run({ value, by }) { return { out: value * by }; }", {
  inputs: { value: anything, by: { ...anything, selector_types: ["input_parameter"], value_types: ["float"] } },
});

const runtimes: CodeRuntime[] = [];
afterEach(async () => {
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.close()));
});

function open(code: Entry, mode: "local" | "isolated") {
  const definition = dynamicWorkflow("Plan", code["run_function_code"] as string, {
    inputs: {
      value: anything,
      scale: { ...anything, value_types: ["float"], has_default_value: true, default_value: 3 },
    },
    outputs: { out: output({ optional: true }), count: output({ kind: ["integer"] }) },
    code: { type: code["type"] },
    rest: { expands_with: ["Scale"], limits: { expand_ms: 5000 } },
  });
  const document = planDocument(definition, { blocks: [scale] }) as { steps: Entry[] };
  const runtime = openCodeRuntime({ stateDirectory: null, report: () => {} });
  runtimes.push(runtime);
  const steps = [{ type: "Plan", name: "plan", value: "$inputs.x" }];
  return openPlan({ ...document, steps }, { runtime, mode, onError: "isolate" });
}

describe.each([
  ["JavaScript in the thread", { type: "JavaScriptCode", run_function_code: JAVASCRIPT }, "local"],
  ["JavaScript in isolation", { type: "JavaScriptCode", run_function_code: JAVASCRIPT }, "isolated"],
  ["Python", { type: "PythonCode", run_function_code: PYTHON }, "local"],
  ["Python in isolation", { type: "PythonCode", run_function_code: PYTHON }, "isolated"],
] as const)("%s", (_, code, mode) => {
  it("makes the same workflows, keeps its state, and fails in the same way", async () => {
    const plan = open(code, mode);
    const found = [];
    for (const x of [2, 3, 0, 2, -1]) {
      const { rows, faults } = await plan.run({ x: [x] }, { sources: ["cam"] });
      const told = rows[0]?.["result"] as Told | null;
      found.push([
        rows[0]?.["out"],
        rows[0]?.["count"],
        told?.expanded,
        told?.cache_hit,
        told?.shape_key,
        faults.map((fault) => fault.code),
      ]);
    }
    const [two, three] = [found[0]?.[4], found[1]?.[4]];
    expect(found).toEqual([
      [18, 1, true, false, expect.any(String), []],
      [81, 2, true, false, expect.any(String), []],
      [null, 3, false, false, null, []],
      [18, 4, true, true, two, []],
      [null, null, undefined, undefined, undefined, ["DYN001"]],
    ]);
    // The shape does not depend on what made it.
    expect([two, three]).toMatchInlineSnapshot(`
      [
        "8d31d605cafb2b9d",
        "89ce0fdf43a5069a",
      ]
    `);
  });
});

it.each([
  ["JavaScript in isolation", "let n = 0; function run() { return { out: ++n }; }", "JavaScriptCode", "isolated"],
  ["Python", "n = 0\ndef run(self, value):\n    global n\n    n += 1\n    return {'out': n}", "PythonCode", "local"],
] as const)(
  "items have states of their own in %s, which are forgotten when they make room",
  async (_, source, type, mode) => {
    const body = {
      inputs: [{ type: "WorkflowBatchInput", name: "item" }],
      steps: [{ type: "Counter", name: "c", value: "$inputs.item" }],
      outputs: [{ name: "n", selector: "$steps.c.out" }],
    };
    const document = {
      version: "1.0",
      inputs: [{ type: "WorkflowBatchInput", name: "x" }],
      steps: [
        {
          type: "millrace/for_each@v1",
          name: "each",
          over: { item: "$inputs.x" },
          workflow_definition: body,
          key_by: "id",
          max_keys: 2,
        },
      ],
      outputs: [{ type: "JsonField", name: "n", selector: "$steps.each.n" }],
      dynamic_blocks_definitions: [codeBlock("Counter", source, { code: { type } })],
    };
    const runtime = openCodeRuntime({ stateDirectory: null, report: () => {} });
    runtimes.push(runtime);
    const plan = openPlan(document, { runtime, mode });
    const run = async (...ids: number[]) =>
      (await plan.run({ x: [ids.map((id) => ({ id }))] }, { sources: ["cam"] })).rows[0]?.["n"];
    expect(await run(1, 2)).toEqual([1, 1]);
    expect(await run(2, 1)).toEqual([2, 2]);
    expect(await run(3)).toEqual([1]);
    expect(await run(1, 2)).toEqual([3, 1]);
  },
);
