import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CompileError } from "../../src/base/errors.ts";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { ref } from "../../src/blocks/contract/fields.ts";
import { anything, codeBlock } from "../dynamic/code-in-a-definition.ts";
import { issuesOf, type OpenOptions, openPlan } from "../helpers/open-plan.ts";
import {
  type DynamicOptions,
  dynamicWorkflow,
  type Entry,
  output,
  planDocument,
  returning,
  type Told,
} from "./documents.ts";

// What a step may return, what is made of it, and what it is reported when it is wrong.

function open(source: string, options: DynamicOptions = {}, more: { blocks?: Entry[] } & OpenOptions = {}) {
  const { blocks, ...rest } = more as { blocks?: Entry[] };
  const document = planDocument(dynamicWorkflow("Plan", source, options), blocks === undefined ? {} : { blocks });
  return openPlan(document, { onError: "isolate", ...rest });
}

async function once(source: string, options: DynamicOptions = {}, x: unknown = 1) {
  const { rows, faults } = await open(source, options).run({ x: [x] });
  return { row: rows[0] as Entry & { result: Told | null }, faults };
}

const INTEGER = { out: output({ kind: ["integer"] }) };
const identity = (value: unknown, name = "a") => ({ type: "identity", name, value });

describe("what code returns", () => {
  it("is a workflow, which is run", async () => {
    const { row } = await once(returning([identity("$inputs.value")], { out: "$steps.a.out" }), {}, 7);
    expect(row["out"]).toBe(7);
    expect(row.result).toMatchObject({ expanded: true, status: "ok", cache_hit: false, results: { out: 7 } });
    expect(row.result?.sub_pipeline?.steps).toEqual([identity("$inputs.value")]);
  });

  it("is the value of the one output", async () => {
    const { row } = await once("function run({ value }) { return value * 2; }", {}, 21);
    expect(row["out"]).toBe(42);
    expect(row.result).toMatchObject({ expanded: false, status: "ok", sub_pipeline: null, shape_key: null });
  });

  it("is an object of all outputs by name", async () => {
    const outputs = { a: output(), b: output({ dimensionality_offset: 1 }) };
    const { row } = await once("function run() { return { a: 1, b: [2, 3] }; }", { outputs });
    expect([row["a"], row["b"]]).toEqual([1, [2, 3]]);
  });

  it("is nothing, where every output is optional", async () => {
    const { row } = await once("function run() { return null; }", { outputs: { out: output({ optional: true }) } });
    expect(row).toMatchObject({ out: null, result: { expanded: false, status: "empty" } });
  });

  it("is a workflow without steps, which hands on values and inputs", async () => {
    const made =
      '{ type: "GeneratedWorkflow", steps: [], outputs: [{ name: "a", selector: "$inputs.value" }, { name: "b", value: 5 }] }';
    const { row } = await once(`function run() { return ${made}; }`, { outputs: { a: output(), b: output() } }, 3);
    expect(row).toMatchObject({ a: 3, b: 5, result: { expanded: false } });
  });

  it("may differ from element to element", async () => {
    const source = `function run({ value }) {
      if (value < 2) return { out: "direct" };
      const steps = Array.from({ length: value }, (_, i) => ({ type: "identity", name: "s" + i, value: i === 0 ? "$inputs.value" : "$steps.s" + (i - 1) + ".out" }));
      return { type: "GeneratedWorkflow", steps, outputs: [{ name: "out", selector: "$steps.s" + (value - 1) + ".out" }] };
    }`;
    const { rows } = await open(source).run({ x: [1, 2, 5, 2] });
    expect(rows.map((row) => row["out"])).toEqual(["direct", 2, 5, 2]);
    const keys = rows.map((row) => (row["result"] as Told).shape_key);
    expect(keys[1]).toBe(keys[3]);
    expect(new Set(keys).size).toBe(3);
  });

  it("may be one workflow for a whole batch", async () => {
    const source = `let calls = 0; function run({ value }) { calls++; return { type: "GeneratedWorkflow", steps: [
      { type: "add", name: "a", a: "$inputs.value", b: value.length * 100 + calls }], outputs: [{ name: "out", selector: "$steps.a.sum" }] }; }`;
    const { rows } = await open(source, { manifest: { accepts_batch_input: true } }).run({ x: [1, 2, 3] });
    expect(rows.map((row) => row["out"])).toEqual([302, 303, 304]);
  });
});

describe("the fault of", () => {
  const faultOf = async (source: string, options: DynamicOptions = {}) => {
    const { row, faults } = await once(source, options);
    expect([null, undefined, []]).toContainEqual(row["out"]);
    return faults.map(({ code, message }) => [code, message]);
  };

  it("code that throws tells the user's line", async () => {
    expect(await faultOf("function run() {\n  throw new Error('no');\n}")).toEqual([
      ["DYN001", expect.stringMatching(/line 2, column 9.*no/)],
    ]);
  });

  it("a value of another form tells what was expected", async () => {
    const outputs = { out: output(), more: output() };
    expect(await faultOf("function run() { return { out: 1 }; }", { outputs })).toEqual([
      ["DYN002", expect.stringContaining("expected a workflow or an object with out, more")],
    ]);
  });

  it("a workflow with faults lists them with the names of the steps", async () => {
    const source = returning([identity("$steps.b.out"), { type: "nothing", name: "c" }], { out: "$steps.a.out" });
    expect(await faultOf(source)).toEqual([
      ["DYN003", expect.stringMatching(/"c".*"nothing" is not known.*"a".*\$steps\.b\.out/)],
    ]);
  });

  it("two steps of one name", async () => {
    const source = returning([identity(1), identity(2)], { out: "$steps.a.out" });
    expect(await faultOf(source)).toEqual([["DYN003", expect.stringContaining('two steps have the name "a"')]]);
  });

  it("a selector of the workflow around it", async () => {
    const source = returning([identity("$inputs.x")], { out: "$steps.a.out" });
    expect(await faultOf(source)).toEqual([["DYN003", expect.stringContaining("$inputs.x")]]);
  });

  it("another kind, in a workflow and as a value", async () => {
    const text = returning([{ type: "add", name: "a", a: 1, b: 2 }], { out: "$steps.a.text" });
    expect(await faultOf(text, { outputs: INTEGER })).toEqual([["DYN004", expect.stringContaining("gives string")]]);
    expect(await faultOf("function run() { return 'x'; }", { outputs: INTEGER })).toEqual([
      ["DYN004", expect.stringContaining("its value is string")],
    ]);
  });

  it("a kind that shows only in the value", async () => {
    const source = returning([identity("text")], { out: "$steps.a.out" });
    expect(await faultOf(source, { outputs: INTEGER })).toEqual([
      ["DYN004", expect.stringContaining("its value is string")],
    ]);
  });

  it("another depth, in a workflow and as a value", async () => {
    const source = returning([{ type: "split", name: "a", value: 2 }], { out: "$steps.a.out" });
    expect(await faultOf(source)).toEqual([["DYN005", expect.stringContaining("nests it 1 deep")]]);
    const outputs = { out: output({ dimensionality_offset: 1 }) };
    expect(await faultOf("function run() { return { out: 1 }; }", { outputs })).toMatchObject([
      ["DYN005", expect.anything()],
    ]);
  });

  it("an output that is not given", async () => {
    const outputs = { out: output(), more: output() };
    expect(await faultOf(returning([identity(1)], { out: "$steps.a.out" }), { outputs })).toEqual([
      ["DYN008", expect.stringContaining('"more"')],
    ]);
    expect(await faultOf("function run() { return null; }")).toMatchObject([["DYN008", expect.anything()]]);
  });

  it("a block type that is not listed", async () => {
    const source = returning([identity(1)], { out: "$steps.a.out" });
    expect(await faultOf(source, { rest: { expands_with: ["add"] } })).toEqual([
      ["DYN012", expect.stringContaining('"a" of the generated workflow is a identity')],
    ]);
  });

  it("a block that is not allowed, inside of a workflow that a step carries", async () => {
    const body = {
      version: "1.0",
      inputs: [{ type: "WorkflowBatchInput", name: "item" }],
      steps: [identity("$inputs.item", "hidden")],
      outputs: [{ name: "out", selector: "$steps.hidden.out" }],
    };
    const each = { type: "millrace/for_each@v1", name: "each", over: { item: [1] }, workflow_definition: body };
    const source = returning([each], { out: "$steps.each.out" });
    expect(await faultOf(source, { rest: { expands_with: ["millrace/for_each@v1"] } })).toEqual([
      ["DYN012", expect.stringContaining('step "hidden" of the generated workflow is a identity')],
    ]);
  });

  it("a step inside names it and the path", async () => {
    const source = returning([identity("$inputs.value"), { type: "Bad", name: "b", value: "$steps.a.out" }], {
      out: "$steps.b.out",
    });
    const document = planDocument(dynamicWorkflow("Plan", source), {
      blocks: [codeBlock("Bad", "function run() { throw new Error('inside'); }")],
    });
    const { faults } = await openPlan(document, { onError: "isolate" }).run({ x: [1] });
    expect(faults).toMatchObject([
      { step: "plan", code: "DYN009", message: expect.stringMatching(/^plan#0\/b: .*inside/) },
    ]);
  });
});

describe("what is declared", () => {
  it("is all that the workflow around the step is compiled with: the code does not run", () => {
    const source = "throw new Error('not now'); function run() {}";
    const definition = dynamicWorkflow("Plan", source, { outputs: INTEGER });
    const document = planDocument(definition) as { steps: Entry[] };
    expect(issuesOf(document)).toEqual([]);
    const consumer = {
      type: "roboflow_core/detections_filter@v1",
      name: "f",
      predictions: "$steps.plan.out",
      operations: [],
    };
    const wrong = { ...document, steps: [...document.steps, consumer] };
    expect(issuesOf(wrong).map(({ code }) => code)).toContain("COMPILE_KIND_MISMATCH");
  });

  it("of lists corresponds where they share a nesting, and not otherwise", () => {
    const twice = (nesting: string | null) => {
      const outputs = {
        a: output({ dimensionality_offset: 1, nesting }),
        b: output({ dimensionality_offset: 1, nesting }),
      };
      const document = planDocument(dynamicWorkflow("Plan", "function run() {}", { outputs })) as { steps: Entry[] };
      const pair = { type: "add", name: "pair", a: "$steps.plan.a", b: "$steps.plan.b" };
      return issuesOf({ ...document, steps: [...document.steps, pair] }).map(({ code }) => code);
    };
    expect(twice("objects")).toEqual([]);
    expect(twice(null)).toEqual(["COMPILE_LINEAGE"]);
  });

  it("of one nesting has to come from one batch", async () => {
    const outputs = {
      a: output({ dimensionality_offset: 1, nesting: "n" }),
      b: output({ dimensionality_offset: 1, nesting: "n" }),
    };
    const steps = [
      { type: "split", name: "p", value: "$inputs.value" },
      { type: "split", name: "q", value: "$inputs.value" },
    ];
    const wrong = await once(returning(steps, { a: "$steps.p.out", b: "$steps.q.out" }), { outputs }, 2);
    expect(wrong.faults).toMatchObject([{ code: "DYN005" }]);
    const right = await once(returning(steps, { a: "$steps.p.out", b: "$steps.p.out" }), { outputs }, 2);
    expect(right.row).toMatchObject({ a: [0, 1], b: [0, 1] });
  });

  it("of lists is a level of the workflow around it", async () => {
    const outputs = { list: output({ dimensionality_offset: 1 }) };
    const source = returning([{ type: "split", name: "s", value: "$inputs.value" }], { list: "$steps.s.out" });
    const document = planDocument(dynamicWorkflow("Plan", source, { outputs })) as { steps: Entry[]; outputs: Entry[] };
    const after = { type: "add", name: "after", a: "$steps.plan.list", b: 10 };
    const shown = { type: "JsonField", name: "after", selector: "$steps.after.sum" };
    const plan = openPlan({ ...document, steps: [...document.steps, after], outputs: [shown] });
    expect((await plan.run({ x: [3, 0, 1] })).rows).toEqual([{ after: [10, 11, 12] }, { after: [] }, { after: [10] }]);
  });

  it("as optional may be left out by a branch", async () => {
    const outputs = { out: output(), extra: output({ optional: true }) };
    const { row } = await once(returning([identity(1)], { out: "$steps.a.out" }), { outputs });
    expect(row).toMatchObject({ out: 1, extra: null });
  });

  it("may not take the name of what the step tells", () => {
    const document = planDocument(dynamicWorkflow("Plan", "function run() {}", { outputs: { result: output() } }));
    expect(issuesOf(document).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('has an output "result"'),
    );
  });

  it("as isolated has to list the blocks that may be used", () => {
    const rest = { execution: { mode: "isolated" } };
    expect(
      issuesOf(planDocument(dynamicWorkflow("Plan", "function run() {}", { rest }))).map(({ code }) => code),
    ).toEqual(["DYN012"]);
  });

  it("in a circle needs leave", () => {
    const circle = (recursive: boolean) => {
      const blocks = [dynamicWorkflow("Other", "function run() {}", { rest: { expands_with: ["Plan"], recursive } })];
      const rest = { expands_with: ["Other"], recursive };
      return issuesOf(planDocument(dynamicWorkflow("Plan", "function run() {}", { rest }), { blocks }));
    };
    expect(circle(true)).toEqual([]);
    const issues = circle(false);
    expect(issues.map(({ code }) => code)).toEqual(["DYN013", "DYN013"]);
    expect(issues[0]?.message).toContain("Plan -> Other -> Plan");
  });
});

describe("a limit", () => {
  const chain = (count: string) => `function run({ value }) {
    const steps = Array.from({ length: ${count} }, (_, i) => ({ type: "identity", name: "s" + i, value: i }));
    return { type: "GeneratedWorkflow", steps, outputs: [{ name: "out", selector: "$steps.s0.out" }] }; }`;

  it("of steps says which one it is", async () => {
    const rest = { limits: { max_steps: 4 } };
    expect((await once(chain("4"), { rest })).faults).toEqual([]);
    expect((await once(chain("5"), { rest })).faults).toMatchObject([
      { code: "DYN006", message: 'max_steps is 4, but the generated workflow comes to 5; "limits" sets it' },
    ]);
  });

  it("of literals counts what the code wrote", async () => {
    const source = `function run() { return { type: "GeneratedWorkflow", steps: [{ type: "identity", name: "a", value: "x".repeat(2000) }], outputs: [{ name: "out", selector: "$steps.a.out" }] }; }`;
    expect((await once(source, { rest: { limits: { max_literal_bytes: 1000 } } })).faults).toMatchObject([
      { code: "DYN006", message: expect.stringContaining("max_literal_bytes is 1000") },
    ]);
  });

  it("of depth bounds what may make itself", async () => {
    const source = `function run({ value }) {
      if (value === 0) return { out: "end" };
      return { type: "GeneratedWorkflow", steps: [{ type: "Plan", name: "again", value: value - 1 }], outputs: [{ name: "out", selector: "$steps.again.out" }] }; }`;
    const rest = { recursive: true, expands_with: ["Plan"], limits: { max_depth: 3 } };
    expect((await once(source, { rest }, 3)).row["out"]).toBe("end");
    expect((await once(source, { rest }, 4)).faults).toMatchObject([
      { code: "DYN009", message: expect.stringMatching(/again.*max_depth is 3/) },
    ]);
    const unflagged = await once(source, {}, 1);
    expect(unflagged.faults).toMatchObject([{ message: expect.stringContaining('"recursive": true') }]);
  });

  it("of expansions counts those of one frame, nested ones too", async () => {
    const source = `function run({ value }) { return { type: "GeneratedWorkflow", steps: [{ type: "identity", name: "a", value: 1 }], outputs: [{ name: "out", selector: "$steps.a.out" }] }; }`;
    const body = {
      inputs: [{ type: "WorkflowBatchInput", name: "value" }],
      steps: [{ type: "Plan", name: "plan", value: "$inputs.value" }],
      outputs: [{ name: "out", selector: "$steps.plan.out" }],
    };
    const document = {
      version: "1.0",
      inputs: [{ type: "WorkflowBatchInput", name: "x" }],
      steps: [
        {
          type: "millrace/for_each@v1",
          name: "each",
          over: { value: "$inputs.x" },
          workflow_definition: body,
          on_item_error: "null",
        },
      ],
      outputs: [{ type: "JsonField", name: "out", selector: "$steps.each.out" }],
      dynamic_blocks_definitions: [dynamicWorkflow("Plan", source, { rest: { limits: { max_expansions: 2 } } })],
    };
    const plan = openPlan(document, { onError: "isolate" });
    expect((await plan.run({ x: [[1, 2, 3], [4]] })).rows).toEqual([{ out: [1, 1, null] }, { out: [1] }]);
    expect((await plan.run({ x: [[1, 2]] })).rows).toEqual([{ out: [1, 1] }]);
  });

  it("of time tells the phase", async () => {
    const slow = "function run() { const end = performance.now() + 30; while (performance.now() < end); return 1; }";
    expect((await once(slow, { rest: { limits: { expand_ms: 5 } } })).faults).toMatchObject([
      { code: "DYN010", message: expect.stringContaining('more than "expand_ms" (5)') },
    ]);
    const waiting = defineBlock({
      type: "test/never@v1",
      summary: "Answers never.",
      example: {},
      inputs: z.object({ value: ref("*") }),
      outputs: { out: "*" },
      run: () => new Promise<never>(() => {}),
    });
    const source = returning([{ type: "test/never@v1", name: "n", value: "$inputs.value" }], { out: "$steps.n.out" });
    const document = planDocument(dynamicWorkflow("Plan", source, { rest: { limits: { run_ms: 20 } } }));
    const { faults } = await openPlan(document, { onError: "isolate", blocks: [waiting] }).run({ x: [1] });
    expect(faults).toMatchObject([{ code: "DYN010", message: expect.stringContaining('"run_ms" (20)') }]);
  });

  it("cannot be set above what is served", () => {
    const document = planDocument(
      dynamicWorkflow("Plan", "function run() {}", { rest: { limits: { max_steps: 5000 } } }),
    );
    expect(() => openPlan(document)).toThrow(CompileError);
  });
});

describe("a failure", () => {
  const blocks = [
    codeBlock("Bad", "function run({ value }) { if (value === 2) throw new Error('two'); return { out: value }; }"),
  ];
  const steps = [
    { type: "Bad", name: "bad", value: "$inputs.value" },
    { type: "Seen", name: "seen", value: "$inputs.value", step_options: { after: ["bad"] } },
  ];
  const seen: unknown[] = [];
  const seenBlock = defineBlock({
    type: "Seen",
    summary: "Notes what it sees.",
    example: {},
    inputs: z.object({ value: ref("*") }),
    outputs: { out: "*" },
    run: ({ value }) => {
      seen.push(value);
      return { out: value };
    },
  });

  it.each([
    ["fail_fast", [1, 3]],
    ["run_to_completion", [1, 2, 3]],
  ])("of an element, with %s, is its own", async (policy, expected) => {
    seen.length = 0;
    const source = returning(steps, { out: "$steps.bad.out" });
    const document = planDocument(dynamicWorkflow("Plan", source, { rest: { failure_policy: policy } }), { blocks });
    const { rows, faults } = await openPlan(document, { onError: "isolate", blocks: [seenBlock] }).run({
      x: [1, 2, 3],
    });
    expect(rows.map((row) => row["out"])).toEqual([1, null, 3]);
    expect(faults).toMatchObject([{ element: 1, code: "DYN009" }]);
    expect(seen).toEqual(expected);
  });
});

it("runs steps in an order that no data asks for", async () => {
  const order: string[] = [];
  const note = defineBlock({
    type: "Note",
    summary: "Notes its name.",
    example: {},
    inputs: z.object({ text: z.string() }),
    outputs: { out: "*" },
    run: ({ text }) => {
      order.push(text);
      return { out: text };
    },
  });
  const source = returning(
    [
      { type: "Note", name: "late", text: "late", step_options: { after: ["early"] } },
      { type: "Note", name: "early", text: "early" },
    ],
    { out: "$steps.late.out" },
  );
  await openPlan(planDocument(dynamicWorkflow("Plan", source)), { blocks: [note] }).run({ x: [1] });
  expect(order).toEqual(["early", "late"]);
});

it("takes inputs that are one value for all, their defaults, and none", async () => {
  const inputs = {
    value: anything,
    times: { ...anything, value_types: ["integer"], has_default_value: true, default_value: 3 },
    more: { ...anything, is_optional: true },
  };
  const source =
    "function run({ value, times, more }) { return { type: 'GeneratedWorkflow', steps: [{ type: 'list', name: 'l', values: ['$inputs.value', '$inputs.times'] }], outputs: [{ name: 'out', selector: '$steps.l.out' }] }; }";
  const document = planDocument(dynamicWorkflow("Plan", source, { inputs }), {}) as { steps: Entry[] };
  const step = { type: "Plan", name: "plan", value: "$inputs.x" };
  const { rows } = await openPlan({ ...document, steps: [step] }).run({ x: [1] });
  expect(rows[0]?.["out"]).toEqual([1, 3]);
});
