import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/compiler/plan.ts";
import { readDefinition } from "../../src/definition/document.ts";
import { flattenWorkflows } from "../../src/flatten/flatten-workflows.ts";
import { inner, referred, same, workflow, wrapped } from "../dynamic/nested-documents.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";

const names = (plan: Plan) => plan.steps.map(({ name }) => name);
const gate = (value: string, ...targets: string[]) => ({ type: "gate", name: "gate", value, next_steps: targets });
const identity = (name: string, value: unknown) => ({ type: "identity", name, value });

describe("steps of a nested workflow", () => {
  it("take its place, named after it and themselves", async () => {
    const twice = workflow(["x"], [identity("a", "$inputs.x"), { type: "add", name: "b", a: "$steps.a.out", b: 1 }], {
      sum: "$steps.b.sum",
    });
    const document = workflow(
      ["x"],
      [inner("n", twice, { x: "$inputs.x" }), inner("m", twice, { x: "$steps.n.sum" })],
      { out: "$steps.m.sum" },
    );
    const { plan, run } = openPlan(document);
    expect(names(plan)).toEqual(["n__a", "n__b", "m__a", "m__b"]);
    expect((await run({ x: [1, 5] })).rows).toEqual([{ out: 3 }, { out: 7 }]);
  });

  it("get a number where their name is taken", async () => {
    const child = workflow(["x"], [identity("a", "$inputs.x"), identity("a__2", 2)], {
      first: "$steps.a.out",
      second: "$steps.a__2.out",
    });
    const steps = [identity("n__a", 9), inner("n", child, { x: "$inputs.x" })];
    const { plan, run } = openPlan(
      workflow(["x"], steps, { a: "$steps.n__a.out", b: "$steps.n.first", c: "$steps.n.second" }),
    );
    expect(names(plan)).toEqual(["n__a", "n__a__2", "n__a__2__2"]);
    expect((await run({ x: [1] })).rows).toEqual([{ a: 9, b: 1, c: 2 }]);
  });

  it("may lie four levels deep", async () => {
    const { plan, run } = openPlan(wrapped(same, 4));
    expect(names(plan)).toEqual(["n__n__n__n__s"]);
    expect((await run({ x: [1, 2] })).rows).toEqual([{ out: 1 }, { out: 2 }]);
  });

  it("keep their own state where a workflow is used twice", async () => {
    const counting = workflow(["x"], [{ type: "count", name: "c", value: "$inputs.x" }], { n: "$steps.c.n" });
    const steps = [
      gate("$inputs.open", "$steps.a"),
      inner("a", counting, { x: "$inputs.x" }),
      inner("b", counting, { x: "$inputs.x" }),
    ];
    const { run } = openPlan(workflow(["x", "open"], steps, { a: "$steps.a.n", b: "$steps.b.n" }));
    await run({ x: [0], open: [false] });
    expect((await run({ x: [0], open: [true] })).rows).toEqual([{ a: 1, b: 2 }]);
  });
});

describe("inputs of a nested workflow", () => {
  it("are bound to inputs, to outputs of steps and of other nested workflows, and to literals", async () => {
    const sum = workflow(["a", "b"], [{ type: "add", name: "s", a: "$inputs.a", b: "$inputs.b" }], {
      sum: "$steps.s.sum",
    });
    const steps = [
      inner("late", sum, { a: "$steps.early.sum", b: "$steps.i.out" }),
      identity("i", "$inputs.x"),
      inner("early", sum, { a: "$inputs.x", b: 100 }),
    ];
    const { run } = openPlan(workflow(["x"], steps, { out: "$steps.late.sum" }));
    expect((await run({ x: [1, 2] })).rows).toEqual([{ out: 102 }, { out: 104 }]);
  });

  it("take their default where they are left out", async () => {
    const steps = [
      identity("a", "$inputs.p"),
      { type: "record", name: "b", values: { p: "$inputs.p", q: "$inputs.q" } },
    ];
    const child = workflow({ p: 3, q: { deep: [1] } }, steps, { a: "$steps.a.out", b: "$steps.b.out", p: "$inputs.p" });
    const parent = [
      inner("n", child, { q: "$inputs.x" }),
      { type: "add", name: "sum", a: "$inputs.x", b: "$steps.n.p" },
    ];
    const { run } = openPlan(workflow(["x"], parent, { a: "$steps.n.a", b: "$steps.n.b", sum: "$steps.sum.sum" }));
    expect((await run({ x: [1] })).rows).toEqual([{ a: 3, b: { p: 3, q: 1 }, sum: 4 }]);
  });

  it("give what is bound to them where they are outputs", async () => {
    const child = workflow(["x"], [identity("s", 0)], { x: "$inputs.x" });
    const steps = [
      inner("n", child, { x: "$inputs.x" }),
      inner("m", child, { x: "$steps.n.x" }),
      { type: "list", name: "l", values: ["$steps.n.x", "$steps.m.x"] },
    ];
    const { run } = openPlan(workflow(["x"], steps, { x: "$steps.m.x", list: "$steps.l.out" }));
    expect((await run({ x: [4, 5] })).rows).toEqual([
      { x: 4, list: [4, 4] },
      { x: 5, list: [5, 5] },
    ]);
  });

  it("hide names of the surrounding workflow", async () => {
    const child = workflow(["y"], [identity("a", "$inputs.y")], { out: "$steps.a.out" });
    const steps = [identity("a", "$inputs.x"), inner("n", child, { y: "$steps.a.out" })];
    const { run } = openPlan(workflow(["x", "y"], steps, { out: "$steps.n.out" }));
    expect((await run({ x: [1], y: [2] })).rows).toEqual([{ out: 1 }]);
  });
});

describe("outputs of a nested workflow", () => {
  it("may hold all outputs of one of its steps", async () => {
    const child = workflow(["x"], [{ type: "add", name: "s", a: "$inputs.x", b: 1 }], { all: "$steps.s.*" });
    const { run } = openPlan(workflow(["x"], [inner("n", child, { x: "$inputs.x" })], { out: "$steps.n.all" }));
    expect((await run({ x: [1] })).rows).toEqual([{ out: { sum: 2, text: "1+1" } }]);
  });

  it("leave it to the root in which coordinates they are shown", () => {
    const child = workflow(["x"], [identity("s", "$inputs.x")], { out: "$steps.s.out" });
    const own = child.outputs.map((output) => ({ ...output, coordinates_system: "own" }));
    const steps = [inner("n", { ...child, outputs: own }, { x: "$inputs.x" })];
    const document = workflow(["x"], steps, { parent: "$steps.n.out", own: "$steps.n.out" });
    const outputs = document.outputs.map((output) => ({ ...output, coordinates_system: output.name }));
    const { plan } = openPlan({ ...document, outputs });
    expect(plan.outputs.map(({ coordinates }) => coordinates)).toEqual(["parent", "own"]);
  });

  it("cross levels: crops made inside and looked at outside stay nested", async () => {
    const child = workflow(["x"], [{ type: "explode", name: "e", value: "$inputs.x" }], { parts: "$steps.e.out" });
    const steps = [
      inner("n", child, { x: "$inputs.x" }),
      { type: "with_children", name: "w", parent: "$inputs.x", children: "$steps.n.parts" },
    ];
    const { run } = openPlan(workflow(["x"], steps, { parts: "$steps.n.parts", out: "$steps.w.out" }));
    expect((await run({ x: [2] })).rows).toEqual([
      { parts: ["2-0", "2-1"], out: { parent: 2, children: ["2-0", "2-1"] } },
    ]);
  });
});

describe("flow control", () => {
  const both = workflow(
    ["x"],
    [identity("a", "$inputs.x"), { type: "first_non_empty", name: "b", values: ["$steps.a.out"] }, identity("c", 7)],
    { a: "$steps.a.out", b: "$steps.b.out", c: "$steps.c.out" },
  );
  const outputs = { a: "$steps.n.a", b: "$steps.n.b", c: "$steps.n.c" };
  const none = { a: null, b: null, c: null };

  it("of a nested workflow holds for all of its steps", async () => {
    const steps = [gate("$inputs.open", "$steps.n"), inner("n", both, { x: "$inputs.x" })];
    const { run } = openPlan(workflow(["x", "open"], steps, outputs));
    const { rows } = await run({ x: [1, 2], open: [false, true] });
    expect(rows).toEqual([none, { a: 2, b: 2, c: 7 }]);
  });

  it("chooses a nested workflow by a case", async () => {
    const cases = { one: "$steps.n", two: "$steps.other" };
    const steps = [
      { type: "roboflow_core/switch_case@v1", name: "switch", value: "$inputs.x", cases, default_next_steps: [] },
      inner("n", both, { x: "$inputs.x" }),
      identity("other", "$inputs.x"),
    ];
    const { run } = openPlan(workflow(["x"], steps, { ...outputs, other: "$steps.other.out" }));
    const { rows } = await run({ x: ["one", "two", "three"] });
    expect(rows).toEqual([
      { a: "one", b: "one", c: 7, other: null },
      { ...none, other: "two" },
      { ...none, other: null },
    ]);
  });

  it("reaches through all levels, and adds to that inside", async () => {
    const inside = workflow(
      ["x", "open"],
      [gate("$inputs.open", "$steps.deep"), inner("deep", both, { x: "$inputs.x" })],
      { a: "$steps.deep.a", b: "$steps.deep.b", c: "$steps.deep.c" },
    );
    const steps = [gate("$inputs.y", "$steps.n"), inner("n", inside, { x: "$inputs.x", open: "$inputs.open" })];
    const { run } = openPlan(workflow(["x", "y", "open"], steps, outputs));
    const { rows } = await run({ x: [1, 2, 3], y: [true, false, true], open: [true, true, false] });
    expect(rows).toEqual([{ a: 1, b: 1, c: 7 }, none, none]);
  });

  it("by the outputs of a nested workflow controls steps outside", async () => {
    const steps = [
      inner("n", same, { x: "$inputs.x" }),
      gate("$steps.n.out", "$steps.after"),
      identity("after", "$inputs.x"),
    ];
    const { run } = openPlan(workflow(["x"], steps, { out: "$steps.after.out" }));
    expect((await run({ x: [0, 3] })).rows).toEqual([{ out: null }, { out: 3 }]);
  });
});

describe("blocks written in a nested workflow", () => {
  const block = (type: string, code: string) => ({
    type: "DynamicBlockDefinition",
    manifest: {
      type: "ManifestDescription",
      block_type: type,
      inputs: { x: { type: "DynamicInputDefinition", selector_types: ["generic"] } },
      outputs: { out: { type: "DynamicOutputDefinition" } },
    },
    code: { type: "JavaScriptCode", run_function_code: code },
  });
  const child = (code: string) => ({
    ...workflow(["x"], [{ type: "Twice", name: "s", x: "$inputs.x" }], { out: "$steps.s.out" }),
    dynamic_blocks_definitions: [block("Twice", code)],
  });
  const twice = "function run({ x }) { return { out: 2 * x }; }";
  const thrice = "function run({ x }) { return { out: 3 * x }; }";

  it("run there", async () => {
    const { run } = openPlan(workflow(["x"], [inner("n", child(twice), { x: "$inputs.x" })], { out: "$steps.n.out" }));
    expect((await run({ x: [4] })).rows).toEqual([{ out: 8 }]);
  });

  it("yield to those of the same type that come first, the root's before all", async () => {
    const steps = [inner("n", child(twice), { x: "$inputs.x" }), inner("m", child(thrice), { x: "$inputs.x" })];
    const document = workflow(["x"], steps, { n: "$steps.n.out", m: "$steps.m.out" });
    expect((await openPlan(document).run({ x: [4] })).rows).toEqual([{ n: 8, m: 8 }]);
    const rooted = { ...document, dynamic_blocks_definitions: [block("Twice", thrice)] };
    expect((await openPlan(rooted).run({ x: [4] })).rows).toEqual([{ n: 12, m: 12 }]);
  });

  it("tell their faults where they are written", () => {
    const steps = [identity("i", 1), inner("n", child("function run( {"), { x: "$inputs.x" })];
    expect(issuesOf(workflow(["x"], steps, {})).map(({ path }) => path)).toEqual([
      "/steps/1/workflow_definition/dynamic_blocks_definitions/0/code/run_function_code",
    ]);
  });
});

describe("a workflow that is named", () => {
  const known: Record<string, unknown> = { "home/same": same, "home/same@2": wrapped(same, 1) };
  const resolve = ({ workspace, id, version }: { workspace: string; id: string; version: string | null }) =>
    known[`${workspace}/${id}${version === null ? "" : `@${version}`}`] ?? null;

  it("is found by its workspace, id and version", async () => {
    const steps = [referred("n", "home/same", { x: "$inputs.x" }), referred("m", "home/same@2", { x: "$steps.n.out" })];
    const { plan, run } = openPlan(workflow(["x"], steps, { out: "$steps.m.out" }), { resolve });
    expect(names(plan)).toEqual(["n__s", "m__n__s"]);
    expect((await run({ x: [1] })).rows).toEqual([{ out: 1 }]);
  });
});

it("a document without nested workflows stays the same object", () => {
  const { definition } = readDefinition(same);
  expect(definition && flattenWorkflows(definition, () => null, [])).toBe(definition);
});

it("nothing of the document is changed", () => {
  const document = wrapped(same, 3);
  const before = structuredClone(document);
  openPlan(document);
  expect(document).toEqual(before);
});
