import { describe, expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";

type Entry = Record<string, unknown>;

interface Case {
  title: string;
  steps: Entry[];
  outputs?: Record<string, string>;
  inputs: Entry;
  rows: unknown[];
}

const explodeX = { type: "explode", name: "e", value: "$inputs.x" };
const gateOn = (name: string, value: string, ...targets: string[]) => {
  return { type: "gate", name, value, next_steps: targets.map((target) => `$steps.${target}`) };
};
const show = { out: "$steps.s.out" };

const CASES: Case[] = [
  {
    title: "two gates on one step let through what both let through",
    steps: [
      gateOn("g", "$inputs.open", "s"),
      gateOn("h", "$inputs.y", "s"),
      { type: "identity", name: "s", value: "$inputs.x" },
    ],
    inputs: { x: [1, 2, 3, 4], open: [true, true, false, false], y: [true, false, true, false] },
    rows: [1, null, null, null],
  },
  {
    title: "a gate that is closed for every element closes the step although another is open",
    steps: [
      gateOn("g", "$inputs.open", "s"),
      gateOn("h", "$inputs.y", "s"),
      { type: "identity", name: "s", value: "$inputs.x" },
    ],
    inputs: { x: [1], open: [true], y: [false] },
    rows: [null],
  },
  {
    title: "chained gates let through what all let through",
    steps: [
      gateOn("g", "$inputs.open", "h"),
      gateOn("h", "$inputs.y", "s"),
      { type: "identity", name: "s", value: "$inputs.x" },
    ],
    inputs: { x: [1, 2, 3], open: [true, false, true], y: [true, true, false] },
    rows: [1, null, null],
  },
  {
    title: "a gate on frames covers the children of its frames",
    steps: [explodeX, gateOn("g", "$inputs.open", "s"), { type: "identity", name: "s", value: "$steps.e.out" }],
    inputs: { x: [2, 1], open: [false, true] },
    rows: [[null, null], ["1-0"]],
  },
  {
    title: "a gate on frames applies to a step that has data on both levels",
    steps: [
      explodeX,
      gateOn("g", "$inputs.open", "s"),
      { type: "with_children", name: "s", parent: "$inputs.x", children: "$steps.e.out" },
    ],
    inputs: { x: [2, 1], open: [false, true] },
    rows: [null, { parent: 1, children: ["1-0"] }],
  },
  {
    title: "a gate on children takes children out of the lists of a step that has data on both levels",
    steps: [
      explodeX,
      { type: "identity", name: "i", value: "$steps.e.out" },
      { type: "choose", name: "g", value: "$steps.i.out", cases: { "2-1": "$steps.s", "1-0": "$steps.other" } },
      { type: "identity", name: "other", value: "$steps.e.out" },
      { type: "with_children", name: "s", parent: "$inputs.x", children: "$steps.e.out" },
    ],
    outputs: { out: "$steps.s.out", other: "$steps.other.out" },
    inputs: { x: [2, 1] },
    rows: [
      { out: { parent: 2, children: ["2-1"] }, other: [null, null] },
      { out: null, other: ["1-0"] },
    ],
  },
  {
    title: "gates on both levels of such a step apply both",
    steps: [
      explodeX,
      gateOn("g", "$inputs.open", "s"),
      { type: "choose", name: "h", value: "$steps.e.out", cases: { "2-1": "$steps.s" } },
      { type: "with_children", name: "s", parent: "$inputs.x", children: "$steps.e.out" },
    ],
    inputs: { x: [2, 2], open: [false, true] },
    rows: [null, { parent: 2, children: ["2-1"] }],
  },
  {
    title: "a gate on the exploding step leaves frames without children",
    steps: [
      gateOn("g", "$inputs.open", "e"),
      explodeX,
      { type: "identity", name: "s", value: "$steps.e.out" },
      { type: "collapse", name: "c", value: "$steps.e.out" },
    ],
    outputs: { out: "$steps.s.out", list: "$steps.c.out" },
    inputs: { x: [2, 1], open: [false, true] },
    rows: [
      { out: [], list: null },
      { out: ["1-0"], list: ["1-0"] },
    ],
  },
  {
    title: "gates on both levels before a step on children apply both",
    steps: [
      explodeX,
      gateOn("g", "$inputs.open", "s"),
      { type: "choose", name: "h", value: "$steps.e.out", cases: { "2-1": "$steps.s", "1-0": "$steps.s2" } },
      { type: "identity", name: "s", value: "$steps.e.out" },
      { type: "identity", name: "s2", value: "$steps.e.out" },
    ],
    inputs: { x: [2, 2], open: [true, false] },
    rows: [
      [null, "2-1"],
      [null, null],
    ],
  },
  {
    title: "a gate on children works child by child on a collapse",
    steps: [
      explodeX,
      { type: "choose", name: "g", value: "$steps.e.out", cases: { "2-1": "$steps.s" } },
      { type: "collapse", name: "s", value: "$steps.e.out" },
    ],
    inputs: { x: [2, 1, 2] },
    rows: [["2-1"], null, ["2-1"]],
  },
  {
    title: "a gate on frames drops the collapse of closed frames only",
    steps: [explodeX, gateOn("g", "$inputs.open", "s"), { type: "collapse", name: "s", value: "$steps.e.out" }],
    inputs: { x: [2, 1], open: [true, false] },
    rows: [["2-0", "2-1"], null],
  },
  {
    title: "a gate on frames takes frames out of the list that a collapse makes of the batch",
    steps: [gateOn("g", "$inputs.open", "s"), { type: "collapse", name: "s", value: "$inputs.x" }],
    outputs: { out: "$steps.s.out", x: "$inputs.x" },
    inputs: { x: [1, 2, 3], open: [true, false, true] },
    rows: [
      { out: [1, 3], x: 1 },
      { out: [1, 3], x: 2 },
      { out: [1, 3], x: 3 },
    ],
  },
  {
    title: "a step of literals behind a gate runs for each element that the gate lets through",
    steps: [gateOn("g", "$inputs.open", "s"), { type: "identity", name: "s", value: 7 }],
    inputs: { open: [true, false, true] },
    rows: [7, null, 7],
  },
  {
    title: "a step of literals behind gates on two levels runs on the deeper one",
    steps: [
      explodeX,
      gateOn("g", "$inputs.open", "s"),
      { type: "choose", name: "h", value: "$steps.e.out", cases: { "2-1": "$steps.s" } },
      { type: "identity", name: "s", value: 7 },
    ],
    inputs: { x: [2, 2], open: [true, false] },
    rows: [
      [null, 7],
      [null, null],
    ],
  },
  {
    title: "a step of literals without a gate runs once for all",
    steps: [{ type: "count", name: "s", value: 7 }],
    outputs: { n: "$steps.s.n", x: "$inputs.x" },
    inputs: { x: ["a", "b"] },
    rows: [
      { n: 1, x: "a" },
      { n: 1, x: "b" },
    ],
  },
  {
    title: "a closed gate on a single value closes the step for every element",
    steps: [gateOn("g", "$inputs.on", "s"), { type: "identity", name: "s", value: "$inputs.x" }],
    inputs: { x: [1, 2], on: false },
    rows: [null, null],
  },
  {
    title: "an open gate on a single value lets every element through",
    steps: [gateOn("g", "$inputs.on", "s"), { type: "identity", name: "s", value: "$inputs.x" }],
    inputs: { x: [1, 2], on: true },
    rows: [1, 2],
  },
  {
    title: "a gate on a single value closes the children as well",
    steps: [explodeX, gateOn("g", "$inputs.on", "s"), { type: "identity", name: "s", value: "$steps.e.out" }],
    inputs: { x: [1, 2], on: false },
    rows: [[null], [null, null]],
  },
  {
    title: "a gate that did not run chose nothing",
    steps: [
      gateOn("g", "$inputs.on", "h"),
      gateOn("h", "$inputs.open", "s"),
      { type: "identity", name: "s", value: "$inputs.x" },
    ],
    inputs: { x: [1, 2], open: [true, true], on: false },
    rows: [null, null],
  },
  {
    title: "a gate without a value to look at chose nothing",
    steps: [gateOn("g", "$inputs.open", "s"), { type: "identity", name: "s", value: "$inputs.x" }],
    inputs: { x: [1, 2], open: [null, true] },
    rows: [null, 2],
  },
  {
    title: "a choice lets one of its cases run",
    steps: [
      { type: "choose", name: "g", value: "$inputs.x", cases: { 1: "$steps.s", 2: "$steps.t" } },
      { type: "identity", name: "s", value: "$inputs.x" },
      { type: "identity", name: "t", value: "$inputs.x" },
    ],
    outputs: { one: "$steps.s.out", two: "$steps.t.out" },
    inputs: { x: [1, 2, 3] },
    rows: [
      { one: 1, two: null },
      { one: null, two: 2 },
      { one: null, two: null },
    ],
  },
  {
    title: "a closed gate keeps a block that accepts empty values from running too",
    steps: [gateOn("g", "$inputs.open", "s"), { type: "first_non_empty", name: "s", values: ["$inputs.x"] }],
    inputs: { x: [1, null, 3], open: [false, true, true] },
    rows: [null, "none", 3],
  },
  {
    title: "a gate on a batch born inside applies to its elements",
    steps: [
      { type: "explode", name: "e", value: "$inputs.p" },
      { type: "choose", name: "g", value: "$steps.e.out", cases: { "3-1": "$steps.s" } },
      { type: "identity", name: "s", value: "$steps.e.out" },
    ],
    inputs: { p: 3 },
    rows: [[null, "3-1", null]],
  },
  {
    title: "a gated single value is cast to a list of as many as the gate lets through",
    steps: [
      gateOn("g", "$inputs.open", "s"),
      { type: "roboflow_core/dimension_collapse@v1", name: "s", data: "$inputs.p" },
    ],
    outputs: { out: "$steps.s.output" },
    inputs: { p: 5, open: [true, false, true] },
    rows: [[5, 5]],
  },
];

describe("flow control", () => {
  it.each(CASES)("$title", async ({ steps, outputs = show, inputs, rows }) => {
    const { run } = openPlan(documentOf(steps, outputs));
    const found = await run(inputs);
    expect(found.faults).toEqual([]);
    const single = Object.keys(outputs).length === 1;
    expect(single ? found.rows.map((row) => row["out"]) : found.rows).toEqual(rows);
  });
});
