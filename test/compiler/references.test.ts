import { expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { tell } from "../helpers/tell.ts";

const source = { type: "identity", name: "source", value: 1 };
const reader = (value: unknown) => documentOf([source, { type: "identity", name: "s", value }], {});
const control = (...next_steps: unknown[]) =>
  documentOf([source, { type: "gate", name: "g", value: 1, next_steps }, { ...source, name: "s" }], {});

it("a selector that names nothing is reported with what it could have meant", () => {
  expect(
    tell({
      "no such input": documentOf([{ type: "identity", name: "s", value: "$inputs.imagee" }], {}, [
        { type: "WorkflowImage", name: "image" },
      ]),
      "no such step": reader("$steps.sorce.out"),
      "no such step, and nothing like it": reader("$steps.far_away.out"),
      "no such output": reader("$steps.source.outt"),
      "no such output, and nothing like it": reader("$steps.source.predictions"),
      "an output that is a member of every object": reader("$steps.source.constructor"),
      "all outputs at once": reader("$steps.source.*"),
      "an output of a step that controls the flow": documentOf(
        [
          { type: "gate", name: "g", value: 1, next_steps: [] },
          { type: "identity", name: "s", value: "$steps.g.out" },
        ],
        {},
      ),
      "in a list": documentOf([{ type: "list", name: "s", values: ["$inputs.x", "$steps.t.out"] }], {}),
      "in a map": documentOf([{ type: "record", name: "s", values: { a: "$inputs.x", b: "$inputs.none" } }], {}),
    }),
  ).toMatchInlineSnapshot(`
    "
    no such input
      InvalidReferenceTargetError COMPILE_UNKNOWN_INPUT at /steps/0/value
        step "s": "value" refers to $inputs.imagee, but there is no such input
        hint: did you mean "image"?

    no such step
      InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/1/value
        step "s": "value" refers to $steps.sorce.out, but there is no such step
        hint: did you mean "source"?

    no such step, and nothing like it
      InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/1/value
        step "s": "value" refers to $steps.far_away.out, but there is no such step

    no such output
      ExecutionGraphStructureError COMPILE_UNKNOWN_OUTPUT at /steps/1/value
        step "s": "value" refers to $steps.source.outt, but identity has no output "outt"
        hint: did you mean "out"?

    no such output, and nothing like it
      ExecutionGraphStructureError COMPILE_UNKNOWN_OUTPUT at /steps/1/value
        step "s": "value" refers to $steps.source.predictions, but identity has no output "predictions"
        hint: its outputs are out

    an output that is a member of every object
      ExecutionGraphStructureError COMPILE_UNKNOWN_OUTPUT at /steps/1/value
        step "s": "value" refers to $steps.source.constructor, but identity has no output "constructor"
        hint: its outputs are out

    all outputs at once
      ExecutionGraphStructureError COMPILE_UNKNOWN_OUTPUT at /steps/1/value
        step "s": "value" refers to $steps.source.*, but identity has no output "*"
        hint: its outputs are out

    an output of a step that controls the flow
      ExecutionGraphStructureError COMPILE_UNKNOWN_OUTPUT at /steps/1/value
        step "s": "value" refers to $steps.g.out, but gate has no output "out"
        hint: it controls the flow and has no outputs

    in a list
      InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/0/values/1
        step "s": "values" refers to $steps.t.out, but there is no such step

    in a map
      InvalidReferenceTargetError COMPILE_UNKNOWN_INPUT at /steps/0/values/b
        step "s": "values" refers to $inputs.none, but there is no such input
    "
  `);
});

it("steps and data are not taken for each other", () => {
  expect(
    tell({
      "a step where data is expected": reader("$steps.source"),
      "data where a step is expected": control("$steps.source.out"),
      "an input where a step is expected": control("$inputs.x"),
      "a step that does not exist": control("$steps.t"),
      "a step named twice": control("$steps.s", "$steps.s"),
      "a step named in two cases": documentOf(
        [
          { type: "choose", name: "g", value: 1, cases: { a: "$steps.s", b: "$steps.s" } },
          { ...source, name: "s" },
        ],
        {},
      ),
    }),
  ).toMatchInlineSnapshot(`
    "
    a step where data is expected
      ExecutionGraphStructureError COMPILE_STEP_AS_DATA at /steps/1/value
        step "s": "value" refers to $steps.source, a step, where data is expected
        hint: name one of its outputs: $steps.name.output

    data where a step is expected
      WorkflowSyntaxError COMPILE_DATA_AS_STEP at /steps/1/next_steps/0
        step "g": "next_steps" names $steps.source.out, data, where a step is expected
        hint: write $steps.name

    an input where a step is expected
      WorkflowSyntaxError COMPILE_DATA_AS_STEP at /steps/1/next_steps/0
        step "g": "next_steps" names $inputs.x, data, where a step is expected
        hint: write $steps.name

    a step that does not exist
      InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/1/next_steps/0
        step "g": "next_steps" names $steps.t, but there is no such step
        hint: did you mean "s"?

    a step named twice
      ExecutionGraphStructureError COMPILE_DUPLICATE_TARGET at /steps/1/next_steps/1
        step "g": "next_steps" names $steps.s, which it names already

    a step named in two cases
      WorkflowSyntaxError COMPILE_DUPLICATE_TARGET at /steps/0/cases/b
        step "g": "cases" names $steps.s, which it names already
    "
  `);
});

it("a reference to a faulty step adds no fault", () => {
  expect(
    tell({
      "behind a faulty step": documentOf(
        [
          { type: "explod", name: "e", value: 1 },
          { type: "gate", name: "g", value: "$steps.e.out", next_steps: ["$steps.e"] },
        ],
        { out: "$steps.e.out" },
      ),
    }),
  ).toMatchInlineSnapshot(`
    "
    behind a faulty step
      WorkflowSyntaxError COMPILE_UNKNOWN_BLOCK at /steps/0/type
        step "e": block type "explod" is not known
        hint: did you mean "explode"?
    "
  `);
});
