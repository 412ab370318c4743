import { expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";

const source = { type: "add", name: "source", a: 1, b: 2 };
const showing = (selector: string) =>
  documentOf([source], { out: selector }, [{ type: "WorkflowParameter", name: "p" }]);

it("an output that shows nothing is reported with what it could have meant", () => {
  expect(
    tell({
      "no such input": showing("$inputs.q"),
      "all inputs": showing("$inputs.*"),
      "no such step": showing("$steps.sorce.sum"),
      "no such output": showing("$steps.source.sun"),
      "no such output, and nothing like it": showing("$steps.source.predictions"),
      "an output that is a member of every object": showing("$steps.source.toString"),
      "a step": showing("$steps.source"),
      "no selector": showing("source.sum"),
      "empty text": showing(""),
      "an output of a step that controls the flow": documentOf(
        [{ type: "gate", name: "g", value: 1, next_steps: [] }],
        {
          out: "$steps.g.out",
        },
      ),
    }),
  ).toMatchInlineSnapshot(`
    "
    no such input
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": $inputs.q names an input that does not exist
        hint: did you mean "p"?

    all inputs
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": is "$inputs.*", which is no selector
        hint: write $steps.name.output

    no such step
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": $steps.sorce.sum names a step that does not exist
        hint: did you mean "source"?

    no such output
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": $steps.source.sun names an output that add does not have
        hint: did you mean "sum"?

    no such output, and nothing like it
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": $steps.source.predictions names an output that add does not have
        hint: the outputs of add are sum, text

    an output that is a member of every object
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": $steps.source.toString names an output that add does not have
        hint: the outputs of add are sum, text

    a step
      AssumptionError COMPILE_OUTPUT at /outputs/0/selector
        output "out": $steps.source is a step, where one of its outputs is expected
        hint: write $steps.source.* for all outputs

    no selector
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": is "source.sum", which is no selector
        hint: write $steps.name.output

    empty text
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": is "", which is no selector
        hint: write $steps.name.output

    an output of a step that controls the flow
      InvalidReferenceTargetError COMPILE_OUTPUT at /outputs/0/selector
        output "out": $steps.g.out names an output that gate does not have
        hint: the outputs of gate are none
    "
  `);
});

it("an output says what it shows and in whose coordinates", () => {
  const document = documentOf([source], { one: "$steps.source.text", all: "$steps.source.*" });
  const own = { type: "JsonField", name: "own", selector: "$steps.source.sum", coordinates_system: "own" };
  const { plan } = openPlan({ ...document, outputs: [...document.outputs, own] });
  expect(plan.outputs).toEqual([
    { name: "one", source: { type: "slot", slot: 1 }, coordinates: "parent", picture: false },
    {
      name: "all",
      source: {
        type: "all",
        slots: [
          { name: "sum", slot: 0 },
          { name: "text", slot: 1 },
        ],
      },
      coordinates: "parent",
      picture: false,
    },
    { name: "own", source: { type: "slot", slot: 0 }, coordinates: "own", picture: false },
  ]);
});
