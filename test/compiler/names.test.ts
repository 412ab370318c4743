import { expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";

const step = { type: "identity", name: "same", value: 1 };
const input = { type: "WorkflowParameter", name: "same" };
const output = { type: "JsonField", name: "same", selector: "$inputs.same" };

it("a name that is used twice in a section is reported where it comes again", () => {
  expect(
    tell({
      inputs: { version: "1.0", inputs: [input, { ...input, name: "other" }, input], steps: [], outputs: [] },
      steps: documentOf([step, step, step], {}),
      outputs: { version: "1.0", inputs: [input], steps: [], outputs: [output, output] },
    }),
  ).toMatchInlineSnapshot(`
    "
    inputs
      DuplicatedNameError COMPILE_DUPLICATE_NAME at /inputs/2/name
        the name "same" is already used by /inputs/0

    steps
      DuplicatedNameError COMPILE_DUPLICATE_NAME at /steps/1/name
        the name "same" is already used by /steps/0
      DuplicatedNameError COMPILE_DUPLICATE_NAME at /steps/2/name
        the name "same" is already used by /steps/0

    outputs
      DuplicatedNameError COMPILE_DUPLICATE_NAME at /outputs/1/name
        the name "same" is already used by /outputs/0
    "
  `);
});

it("the same name may stand once in each section", () => {
  expect(issuesOf({ version: "1.0", inputs: [input], steps: [step], outputs: [output] })).toEqual([]);
});

it("names of members that every object has are names like others", () => {
  for (const name of ["constructor", "toString", "hasOwnProperty"]) {
    const steps = [{ type: "identity", name, value: `$inputs.${name}` }];
    const outputs = [{ type: "JsonField", name, selector: `$steps.${name}.out` }];
    expect(issuesOf({ version: "1.0", inputs: [{ ...input, name }], steps, outputs })).toEqual([]);
  }
});
