import { describe, expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";

type Entry = Record<string, unknown>;

interface Case {
  title: string;
  steps: Entry[];
  outputs: Record<string, string>;
  inputs: Entry;
  rows: Entry[];
  declared?: Entry[];
}

const explodeX = { type: "explode", name: "e", value: "$inputs.x" };
const cast = { type: "roboflow_core/dimension_collapse@v1", name: "s", data: "$inputs.p" };

const CASES: Case[] = [
  {
    title: "exploding and collapsing gives the lists, null for a frame without children",
    steps: [explodeX, { type: "collapse", name: "s", value: "$steps.e.out" }],
    outputs: { children: "$steps.e.out", list: "$steps.s.out" },
    inputs: { x: [1, 0, 2] },
    rows: [
      { children: ["1-0"], list: ["1-0"] },
      { children: [], list: null },
      { children: ["2-0", "2-1"], list: ["2-0", "2-1"] },
    ],
  },
  {
    title: "a batch without any children is lists without elements",
    steps: [explodeX],
    outputs: { out: "$steps.e.out" },
    inputs: { x: [0, 0] },
    rows: [{ out: [] }, { out: [] }],
  },
  {
    title: "a batch born of a single value goes whole into every row",
    steps: [{ type: "explode", name: "e", value: "$inputs.p" }],
    outputs: { out: "$steps.e.out", x: "$inputs.x" },
    inputs: { x: [7, 8], p: 3 },
    rows: [
      { out: ["3-0", "3-1", "3-2"], x: 7 },
      { out: ["3-0", "3-1", "3-2"], x: 8 },
    ],
  },
  {
    title: "a batch born of a single value goes into a single row when nothing else follows the batch",
    steps: [{ type: "explode", name: "e", value: "$inputs.p" }],
    outputs: { out: "$steps.e.out" },
    inputs: { p: 3 },
    rows: [{ out: ["3-0", "3-1", "3-2"] }],
  },
  {
    title: "collapsing a single value where the block casts it gives a list of one",
    steps: [cast],
    outputs: { out: "$steps.s.output" },
    inputs: { p: 3 },
    rows: [{ out: [3] }],
  },
  {
    title: "collapsing the frames gives one value, repeated in every row",
    steps: [{ type: "collapse", name: "s", value: "$inputs.x" }],
    outputs: { out: "$steps.s.out", x: "$inputs.x" },
    inputs: { x: [1, 2] },
    rows: [
      { out: [1, 2], x: 1 },
      { out: [1, 2], x: 2 },
    ],
  },
  {
    title: "collapsing the frames gives a single row when nothing else follows the batch",
    steps: [{ type: "collapse", name: "s", value: "$inputs.x" }],
    outputs: { out: "$steps.s.out" },
    inputs: { x: [1, 2] },
    rows: [{ out: [1, 2] }],
  },
  {
    title: "a block on two levels with its reference above runs for each parent with a list",
    steps: [explodeX, { type: "with_children", name: "s", parent: "$inputs.x", children: "$steps.e.out" }],
    outputs: { out: "$steps.s.out" },
    inputs: { x: [1, 0, 2] },
    rows: [{ out: { parent: 1, children: ["1-0"] } }, { out: null }, { out: { parent: 2, children: ["2-0", "2-1"] } }],
  },
  {
    title: "a block on two levels with its reference below gives one result for each child",
    steps: [explodeX, { type: "to_children", name: "s", parent: "$inputs.x", children: "$steps.e.out" }],
    outputs: { out: "$steps.s.out" },
    inputs: { x: [1, 0, 2] },
    rows: [
      { out: [[1, "1-0", 1]] },
      { out: [] },
      {
        out: [
          [2, "2-0", 2],
          [2, "2-1", 2],
        ],
      },
    ],
  },
  {
    title: "a block on two levels gets all frames as the list of a single parent",
    steps: [{ type: "with_children", name: "s", parent: "$inputs.p", children: "$inputs.x" }],
    outputs: { out: "$steps.s.out" },
    inputs: { x: [1, 2], p: "all" },
    rows: [{ out: { parent: "all", children: [1, 2] } }],
  },
  {
    title: "a single value stands beside every element of a batch block",
    steps: [{ type: "together", name: "s", a: "$inputs.p", b: "$inputs.x", factor: "$inputs.on" }],
    outputs: { out: "$steps.s.out" },
    inputs: { x: [1, 2], p: 5, on: 9 },
    rows: [{ out: [5, 1, 9, 0, 2] }, { out: [5, 2, 9, 1, 2] }],
  },
  {
    title: "a batch block of single values gets a batch of one",
    steps: [{ type: "together", name: "s", a: "$inputs.p", b: 6 }],
    outputs: { out: "$steps.s.out" },
    inputs: { p: 5 },
    rows: [{ out: [5, 6, 1, 0, 1] }],
  },
  {
    title: "lists and maps of selectors are filled element by element, beside literals",
    steps: [
      { type: "list", name: "l", values: ["$inputs.x", "$inputs.p"] },
      { type: "record", name: "s", values: { x: "$inputs.x", seven: 7, list: "$steps.l.out" } },
    ],
    outputs: { out: "$steps.s.out" },
    inputs: { x: [1, 2], p: 5 },
    rows: [{ out: { x: 1, seven: 7, list: [1, 5] } }, { out: { x: 2, seven: 7, list: [2, 5] } }],
  },
  {
    title: "three levels nest and unnest",
    steps: [
      explodeX,
      { type: "explode", name: "e2", value: "$steps.e.out" },
      { type: "collapse", name: "s", value: "$steps.e2.out" },
      { type: "collapse", name: "t", value: "$steps.s.out" },
    ],
    outputs: { deep: "$steps.e2.out", one: "$steps.s.out", two: "$steps.t.out" },
    inputs: { x: [2, 0] },
    rows: [
      {
        deep: [
          ["2-0-0", "2-0-1"],
          ["2-1-0", "2-1-1"],
        ],
        one: [
          ["2-0-0", "2-0-1"],
          ["2-1-0", "2-1-1"],
        ],
        two: [
          ["2-0-0", "2-0-1"],
          ["2-1-0", "2-1-1"],
        ],
      },
      { deep: [], one: [], two: null },
    ],
  },
  {
    title: "all outputs of a step stand in one object for each element, with nulls where it did not run",
    steps: [{ type: "add", name: "s", a: "$inputs.x", b: 1 }],
    outputs: { out: "$steps.s.*" },
    inputs: { x: [1, null] },
    rows: [{ out: { sum: 2, text: "1+1" } }, { out: { sum: null, text: null } }],
  },
  {
    title: "all outputs of a step on children are lists of objects",
    steps: [explodeX, { type: "add", name: "s", a: "$steps.e.out", b: "!" }],
    outputs: { out: "$steps.s.*" },
    inputs: { x: [1, 0] },
    rows: [{ out: [{ sum: ["1-0", "!"], text: "1-0+!" }] }, { out: [] }],
  },
  {
    title: "a nested input is shown as it is nested, and its elements meet",
    declared: [{ type: "WorkflowBatchInput", name: "x", dimensionality: 2 }],
    steps: [
      { type: "identity", name: "s", value: "$inputs.x" },
      { type: "collapse", name: "c", value: "$inputs.x" },
    ],
    outputs: { x: "$inputs.x", out: "$steps.s.out", list: "$steps.c.out" },
    inputs: { x: [[1, null], [], [3]] },
    rows: [
      { x: [1, null], out: [1, null], list: [1] },
      { x: [], out: [], list: null },
      { x: [3], out: [3], list: [3] },
    ],
  },
  {
    title: "a workflow of single values gives one row",
    steps: [{ type: "add", name: "s", a: "$inputs.p", b: 1 }],
    outputs: { out: "$steps.s.sum", p: "$inputs.p" },
    inputs: { p: 3 },
    rows: [{ out: 4, p: 3 }],
  },
  {
    title: "a workflow without outputs gives one row without fields",
    steps: [{ type: "identity", name: "s", value: "$inputs.x" }],
    outputs: {},
    inputs: { x: [1, 2] },
    rows: [{}],
  },
  {
    title: "a parameter that is not given takes its default, one that is given as null stays null",
    declared: [
      { type: "WorkflowParameter", name: "p", default_value: 4 },
      { type: "InferenceParameter", name: "on", default_value: 5 },
      { type: "WorkflowParameter", name: "constructor" },
    ],
    steps: [],
    outputs: { p: "$inputs.p", on: "$inputs.on", other: "$inputs.constructor" },
    inputs: { on: null },
    rows: [{ p: 4, on: null, other: null }],
  },
];

describe("levels and rows", () => {
  it.each(CASES)("$title", async ({ steps, outputs, inputs, rows, declared }) => {
    const found = await openPlan(documentOf(steps, outputs, declared)).run(inputs);
    expect(found).toEqual({ rows, faults: [] });
  });

  it("refuses inputs that do not have the shape that the definition says", async () => {
    const nested = [{ type: "WorkflowBatchInput", name: "x", dimensionality: 2 }];
    const { run } = openPlan(documentOf([], { x: "$inputs.x" }, nested));
    await expect(run({ x: [[1], 2] })).rejects.toMatchObject({
      code: "RUN_INPUT_NESTING",
      message: 'input "x" is not nested as deeply as the definition says',
    });
    await expect(run({})).rejects.toMatchObject({ code: "RUN_INPUT_MISSING", message: 'input "x" is missing' });
    await expect(run({ x: [[1]] }, { sources: ["a", "b"] })).rejects.toMatchObject({
      code: "RUN_INPUT_SIZE",
      message: 'input "x" has 1 elements, expected 2',
    });
  });

  it("goes on after a batch that was refused", async () => {
    const { run } = openPlan(documentOf([{ type: "count", name: "s", value: "$inputs.x" }], { n: "$steps.s.n" }));
    await expect(run({ x: 3 })).rejects.toMatchObject({ code: "RUN_INPUT_NESTING" });
    expect((await run({ x: [1] })).rows).toEqual([{ n: 1 }]);
  });
});
