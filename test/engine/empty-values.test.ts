import { describe, expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";

type Entry = Record<string, unknown>;

const explodeX = { type: "explode", name: "e", value: "$inputs.x" };
/** Some children are there, the others are missing. */
const thin = [explodeX, { type: "keep", name: "t", value: "$steps.e.out", of: ["2-1", "3-0", "3-2"] }];

async function outOf(steps: Entry[], inputs: Entry): Promise<unknown[]> {
  const { run } = openPlan(documentOf(steps, { out: "$steps.s.out" }));
  const { rows, faults } = await run(inputs);
  expect(faults).toEqual([]);
  return rows.map((row) => row["out"]);
}

describe("empty values", () => {
  it("skip a step where any of its inputs is missing", async () => {
    const steps = [{ type: "list", name: "s", values: ["$inputs.x", "$inputs.y"] }];
    expect(await outOf(steps, { x: [1, null, 3], y: [4, 5, null] })).toEqual([[1, 4], null, null]);
  });

  it("spread to the steps behind", async () => {
    const steps = [
      { type: "identity", name: "i", value: "$inputs.x" },
      { type: "identity", name: "s", value: "$steps.i.out" },
    ];
    expect(await outOf(steps, { x: [1, null, 3] })).toEqual([1, null, 3]);
  });

  it("end at a block that accepts them", async () => {
    const steps = [{ type: "first_non_empty", name: "s", values: ["$inputs.x", "$inputs.y"] }];
    expect(await outOf(steps, { x: [1, null, null], y: [4, 5, null] })).toEqual([1, 5, "none"]);
  });

  it("join branches that exclude each other", async () => {
    const steps = [
      { type: "choose", name: "g", value: "$inputs.x", cases: { 1: "$steps.one", 2: "$steps.two" } },
      { type: "add", name: "one", a: "$inputs.x", b: 10 },
      { type: "add", name: "two", a: "$inputs.x", b: 20 },
      { type: "first_non_empty", name: "s", values: ["$steps.one.sum", "$steps.two.sum"] },
    ];
    expect(await outOf(steps, { x: [1, 2, 3] })).toEqual([11, 22, "none"]);
  });

  it("are not meant by a literal null", async () => {
    const steps = [{ type: "add", name: "i", a: "$inputs.x", b: null }];
    const { run } = openPlan(documentOf(steps, { out: "$steps.i.text" }));
    expect((await run({ x: [1] })).rows).toEqual([{ out: "1+null" }]);
  });

  it("skip a step that runs once when a single value is missing", async () => {
    const steps = [
      { type: "identity", name: "s", value: "$inputs.p" },
      { type: "add", name: "i", a: "$steps.s.out", b: 1 },
    ];
    const { run } = openPlan(documentOf(steps, { out: "$steps.i.text" }));
    expect((await run({ p: null })).rows).toEqual([{ out: null }]);
  });

  it("are not meant by a null parameter, which is a value like any other", async () => {
    const once = openPlan(documentOf([{ type: "add", name: "i", a: "$inputs.p", b: 1 }], { out: "$steps.i.text" }));
    expect((await once.run({ p: null })).rows).toEqual([{ out: "null+1" }]);
    const listed = openPlan(
      documentOf([{ type: "roboflow_core/dimension_collapse@v1", name: "s", data: "$inputs.p" }], {
        out: "$steps.s.output",
      }),
    );
    expect((await listed.run({ p: null })).rows).toEqual([{ out: [null] }]);
  });

  it("of a parameter can be asked for: conditions see that there is nothing", async () => {
    const exists = { type: "UnaryStatement", operand: { type: "DynamicOperand", operand_name: "p" } };
    const steps = [
      {
        type: "roboflow_core/continue_if@v1",
        name: "g",
        condition_statement: {
          type: "StatementGroup",
          statements: [{ ...exists, operator: { type: "DoesNotExist" } }],
        },
        evaluation_parameters: { p: "$inputs.p" },
        next_steps: ["$steps.s"],
      },
      { type: "identity", name: "s", value: "$inputs.x" },
    ];
    const { run } = openPlan(documentOf(steps, { out: "$steps.s.out" }));
    expect((await run({ p: null, x: [1] })).rows).toEqual([{ out: 1 }]);
    expect((await run({ p: 5, x: [1] })).rows).toEqual([{ out: null }]);
  });

  it("are passed as they are when single values go to a step on a batch", async () => {
    const steps = [{ type: "list", name: "s", values: ["$inputs.x", "$inputs.p"] }];
    expect(await outOf(steps, { x: [1, 2], p: null })).toEqual([
      [1, null],
      [2, null],
    ]);
  });

  it("are left out of the lists of a collapse, and a list without values is missing itself", async () => {
    const steps = [...thin, { type: "collapse", name: "s", value: "$steps.t.out" }];
    expect(await outOf(steps, { x: [2, 0, 1, 3] })).toEqual([["2-1"], null, null, ["3-0", "3-2"]]);
  });

  it("stay in the lists of a block that accepts them, and a list without children is null", async () => {
    const steps = [...thin, { type: "collapse_with_empty", name: "s", value: "$steps.t.out" }];
    expect(await outOf(steps, { x: [2, 0, 1] })).toEqual([
      ["list", [null, "2-1"]],
      ["list", null],
      ["list", [null]],
    ]);
  });

  it("leave every list of a step together, and results go to the children that stayed", async () => {
    const steps = [
      ...thin,
      { type: "to_children", name: "s", parent: "$inputs.x", children: "$steps.e.out", beside: ["$steps.t.out"] },
    ];
    expect(await outOf(steps, { x: [2, 0, 3] })).toEqual([
      [null, [2, "2-1", 1, "2-1"]],
      [],
      [[3, "3-0", 2, "3-0"], null, [3, "3-2", 2, "3-2"]],
    ]);
  });

  it("take no part in a call for the whole batch", async () => {
    const steps = [{ type: "together", name: "s", a: "$inputs.x", b: "$inputs.y" }];
    expect(await outOf(steps, { x: [1, null, 3], y: [4, 5, 6] })).toEqual([[1, 4, 1, 0, 2], null, [3, 6, 1, 1, 2]]);
  });
});
