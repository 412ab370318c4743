import { describe, expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";

type Entry = Record<string, unknown>;

const INPUTS = [
  { type: "WorkflowBatchInput", name: "x" },
  { type: "WorkflowBatchInput", name: "z", dimensionality: 2 },
  { type: "WorkflowBatchInput", name: "w", dimensionality: 2 },
  { type: "WorkflowBatchInput", name: "deep", dimensionality: 3 },
  { type: "WorkflowParameter", name: "p" },
];
const explode = (name: string, value: unknown) => ({ type: "explode", name, value });
const e = explode("e", "$inputs.x");
const f = explode("f", "$inputs.x");
const documentWith = (...steps: Entry[]) => documentOf(steps, {}, INPUTS);
const gate = (name: string, value: string, ...targets: string[]) => {
  return { type: "gate", name, value, next_steps: targets.map((target) => `$steps.${target}`) };
};

describe("dimensions that do not fit", () => {
  it("are reported with both inputs", () => {
    expect(
      tell({
        "frames and children in a block of one level": documentWith(e, {
          type: "add",
          name: "s",
          a: "$inputs.x",
          b: "$steps.e.out",
        }),
        "frames and children in one list": documentWith(e, {
          type: "list",
          name: "s",
          values: ["$inputs.x", "$inputs.p", "$steps.e.out"],
        }),
        "two levels apart": documentWith({
          type: "with_children",
          name: "s",
          parent: "$inputs.x",
          children: "$inputs.deep",
        }),
        "the same level where one deeper is taken": documentWith({
          type: "with_children",
          name: "s",
          parent: "$inputs.x",
          children: "$inputs.x",
        }),
        "the levels the other way round": documentWith(e, {
          type: "with_children",
          name: "s",
          parent: "$steps.e.out",
          children: "$inputs.x",
        }),
        "a single value where a list is taken": documentWith({
          type: "with_children",
          name: "s",
          parent: "$inputs.x",
          children: "$inputs.p",
        }),
        "single values alone where a list is taken": documentWith({
          type: "with_children",
          name: "s",
          parent: "$inputs.p",
          children: "$inputs.p",
        }),
        "a collapse of a single value": documentWith({ type: "collapse", name: "s", value: "$inputs.p" }),
        "a batch where one value for all is taken": documentWith({
          type: "together",
          name: "s",
          a: "$inputs.x",
          b: 1,
          factor: "$inputs.x",
        }),
      }),
    ).toMatchInlineSnapshot(`
      "
      frames and children in a block of one level
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/1/b
          step "s" (add): takes inputs of one dimensionality, but gets $inputs.x of dimensionality 1 and $steps.e.out of dimensionality 2

      frames and children in one list
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/1/values/2
          step "s" (list): "values" mixes $inputs.x of dimensionality 1 with $steps.e.out of dimensionality 2

      two levels apart
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/0/children
          step "s" (with_children): "children" takes dimensionality 2 beside $inputs.x of dimensionality 1, but gets $inputs.deep of dimensionality 3

      the same level where one deeper is taken
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/0/children
          step "s" (with_children): "children" takes dimensionality 2 beside $inputs.x of dimensionality 1, but gets $inputs.x of dimensionality 1

      the levels the other way round
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/1/children
          step "s" (with_children): "children" takes dimensionality 3 beside $steps.e.out of dimensionality 2, but gets $inputs.x of dimensionality 1

      a single value where a list is taken
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/0/children
          step "s" (with_children): "children" takes dimensionality 2 beside $inputs.x of dimensionality 1, but gets $inputs.p of dimensionality 0

      single values alone where a list is taken
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/0/children
          step "s" (with_children): "children" takes dimensionality 1, but gets $inputs.p of dimensionality 0

      a collapse of a single value
        StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/0
          step "s" (collapse): removes a level of batch, but its inputs are single values

      a batch where one value for all is taken
        ExecutionGraphStructureError COMPILE_BATCH_AS_SCALAR at /steps/0/factor
          step "s" (together): "factor" takes one value for all elements, but $inputs.x is a batch
      "
    `);
  });

  it("of an input are reported", () => {
    const declared = (dimensionality: unknown) =>
      documentOf([], {}, [{ type: "WorkflowBatchInput", name: "x", dimensionality }]);
    expect(
      tell({
        zero: declared(0),
        negative: declared(-3),
        "beyond all data": declared(1e9),
        "no whole number": declared(1.5),
      }),
    ).toMatchInlineSnapshot(`
      "
      zero
        ExecutionGraphStructureError COMPILE_INPUT_DIMENSIONALITY at /inputs/0/dimensionality
          input "x": "dimensionality" is 0, expected 1 to 16

      negative
        ExecutionGraphStructureError COMPILE_INPUT_DIMENSIONALITY at /inputs/0/dimensionality
          input "x": "dimensionality" is -3, expected 1 to 16

      beyond all data
        ExecutionGraphStructureError COMPILE_INPUT_DIMENSIONALITY at /inputs/0/dimensionality
          input "x": "dimensionality" is 1000000000, expected 1 to 16

      no whole number
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/dimensionality
          "dimensionality" is 1.5, expected int
      "
    `);
    expect(issuesOf(declared(16))).toEqual([]);
  });
});

describe("lineages that do not fit", () => {
  it("are reported with both batches", () => {
    expect(
      tell({
        "children of two steps": documentWith(e, f, { type: "add", name: "s", a: "$steps.e.out", b: "$steps.f.out" }),
        "children of two steps in one list": documentWith(e, f, {
          type: "list",
          name: "s",
          values: ["$steps.e.out", "$steps.f.out"],
        }),
        "two nested inputs": documentWith({ type: "add", name: "s", a: "$inputs.z", b: "$inputs.w" }),
        "children of another batch": documentWith(explode("p", "$inputs.p"), {
          type: "with_children",
          name: "s",
          parent: "$steps.p.out",
          children: "$inputs.z",
        }),
      }),
    ).toMatchInlineSnapshot(`
      "
      children of two steps
        StepInputLineageError COMPILE_LINEAGE at /steps/2/b
          step "s" (add): $steps.e.out and $steps.f.out come from different batches (<workflow_input> / $steps.e and <workflow_input> / $steps.f), so their elements do not correspond

      children of two steps in one list
        StepInputLineageError COMPILE_LINEAGE at /steps/2/values/1
          step "s" (list): $steps.e.out and $steps.f.out come from different batches (<workflow_input> / $steps.e and <workflow_input> / $steps.f), so their elements do not correspond

      two nested inputs
        StepInputLineageError COMPILE_LINEAGE at /steps/0/b
          step "s" (add): $inputs.z and $inputs.w come from different batches (<workflow_input> / $inputs.z[1] and <workflow_input> / $inputs.w[1]), so their elements do not correspond

      children of another batch
        StepInputLineageError COMPILE_LINEAGE at /steps/1/parent
          step "s" (with_children): $inputs.z and $steps.p.out come from different batches (<workflow_input> / $inputs.z[1] and $steps.p), so their elements do not correspond
      "
    `);
  });

  it("are reported one after another in the order of the rules", () => {
    const steps = [
      e,
      f,
      { type: "record", name: "s", values: { a: "$inputs.x", b: "$steps.e.out", c: "$steps.f.out" } },
    ];
    expect(issuesOf(documentWith(...steps)).map((issue) => issue.class)).toEqual(["StepInputDimensionalityError"]);
  });
});

describe("gates that do not fit", () => {
  it("are reported with the batches", () => {
    expect(
      tell({
        "a gate on children before a step on frames": documentWith(e, gate("g", "$steps.e.out", "s"), {
          type: "identity",
          name: "s",
          value: "$inputs.x",
        }),
        "a gate on another batch's children": documentWith(e, f, gate("g", "$steps.e.out", "s"), {
          type: "identity",
          name: "s",
          value: "$steps.f.out",
        }),
        "gates on unrelated batches before a step of literals": documentWith(
          e,
          f,
          gate("g", "$steps.e.out", "s"),
          gate("h", "$steps.f.out", "s"),
          { type: "identity", name: "s", value: 1 },
        ),
      }),
    ).toMatchInlineSnapshot(`
      "
      a gate on children before a step on frames
        ControlFlowDefinitionError COMPILE_CONTROL_FLOW at /steps/2
          step "s" (identity): is controlled for each of <workflow_input> / $steps.e, which its data (<workflow_input>) does not belong to

      a gate on another batch's children
        ControlFlowDefinitionError COMPILE_CONTROL_FLOW at /steps/3
          step "s" (identity): is controlled for each of <workflow_input> / $steps.e, which its data (<workflow_input> / $steps.f) does not belong to

      gates on unrelated batches before a step of literals
        ControlFlowDefinitionError COMPILE_CONTROL_FLOW at /steps/4
          step "s" (identity): is controlled by unrelated batches: <workflow_input> / $steps.f and <workflow_input> / $steps.e
      "
    `);
  });
});

describe("what a step gets and makes", () => {
  const stepOf = (...steps: Entry[]) => {
    const { plan } = openPlan(documentWith(...steps));
    const step = plan.steps.find(({ name }) => name === "s");
    const lineage = (level: number | null | undefined) => plan.levels[level ?? 0]?.lineage;
    return {
      runsOn: lineage(step?.level),
      lists: step?.children === null ? null : lineage(step?.children),
      makes: lineage(step?.outputLevel),
    };
  };

  it("follows its inputs, its offset and its gates", () => {
    const root = ["<workflow_input>"];
    const child = ["<workflow_input>", "$steps.e"];
    const identity = (value: unknown) => ({ type: "identity", name: "s", value });
    const collapse = (value: unknown) => ({ type: "collapse", name: "s", value });
    expect(stepOf(identity(1))).toEqual({ runsOn: [], lists: null, makes: [] });
    expect(stepOf(identity("$inputs.x"))).toEqual({ runsOn: root, lists: null, makes: root });
    expect(stepOf(e, identity("$steps.e.out"))).toEqual({ runsOn: child, lists: null, makes: child });
    expect(stepOf({ ...e, name: "s" })).toEqual({ runsOn: root, lists: null, makes: [...root, "$steps.s"] });
    expect(stepOf(explode("s", 3))).toEqual({ runsOn: [], lists: null, makes: ["$steps.s"] });
    expect(stepOf(e, collapse("$steps.e.out"))).toEqual({ runsOn: root, lists: child, makes: root });
    expect(stepOf(collapse("$inputs.x"))).toEqual({ runsOn: [], lists: root, makes: [] });
    expect(stepOf(gate("g", "$inputs.x", "s"), identity(1))).toEqual({ runsOn: root, lists: null, makes: root });
    expect(stepOf(gate("g", "$inputs.x", "s"), explode("s", 3))).toEqual({
      runsOn: root,
      lists: null,
      makes: [...root, "$steps.s"],
    });
  });

  it("follows the reference of a block on two levels", () => {
    const root = ["<workflow_input>"];
    const child = ["<workflow_input>", "$steps.e"];
    const pair = (type: string, parent: string) => ({ type, name: "s", parent, children: "$steps.e.out" });
    expect(stepOf(e, pair("with_children", "$inputs.x"))).toEqual({ runsOn: root, lists: child, makes: root });
    expect(stepOf(e, pair("to_children", "$inputs.x"))).toEqual({ runsOn: root, lists: child, makes: child });
    expect(stepOf(e, pair("with_children", "$inputs.p"))).toEqual({
      runsOn: ["<workflow_input>"],
      lists: child,
      makes: root,
    });
  });
});
