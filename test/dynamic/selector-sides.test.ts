import { expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf } from "../helpers/open-plan.ts";
import { codeBlock } from "./code-in-a-definition.ts";

function messages(selectorType: string, value: string, valueTypes: string[] = []): string[] {
  const input = { type: "DynamicInputDefinition", selector_types: [selectorType], value_types: valueTypes };
  const block = codeBlock("Code", "function run() { return { out: 1 }; }", { inputs: { value: input } });
  const steps = [
    { type: "identity", name: "i", value: "$inputs.x" },
    { type: "Code", name: "s", value },
  ];
  return issuesOf({ ...documentOf(steps, { out: "$steps.s.out" }), dynamic_blocks_definitions: [block] }).map(
    ({ class: errorClass, message }) => `${errorClass}: ${message}`,
  );
}

it("an input of code for outputs of steps takes no input of the workflow, and the other way round", () => {
  expect(messages("step_output", "$steps.i.out")).toEqual([]);
  expect(messages("input_parameter", "$inputs.p")).toEqual([]);
  expect(messages("step_output", "$inputs.p")).toEqual([
    'WorkflowSyntaxError: step "s" (Code): "value" is "$inputs.p", expected an output of a step',
  ]);
  expect(messages("input_parameter", "$steps.i.out")).toEqual([
    'WorkflowSyntaxError: step "s" (Code): "value" is "$steps.i.out", expected an input of the workflow',
  ]);
});

it("one that takes any text as well takes both, as in the reference", () => {
  expect(messages("step_output", "$inputs.p", ["any"])).toEqual([]);
});
