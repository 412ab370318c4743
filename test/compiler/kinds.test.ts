import { expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef, ref } from "../../src/blocks/contract/fields.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";

const common = { summary: "Block of the test.", example: {} };
const typed = defineBlock({
  ...common,
  type: "typed",
  inputs: z.object({ image: ref("image"), level: orRef(z.number(), "float", "integer").default(1) }),
  outputs: { text: "string", number: ["integer", "float"], any: "*" },
  run: () => ({ text: "", number: 1, any: null }),
});
const options = { blocks: [typed] };

const inputs = [
  { type: "WorkflowImage", name: "image" },
  { type: "WorkflowVideoMetadata", name: "video" },
  { type: "WorkflowParameter", name: "text", kind: ["string"] },
  { type: "WorkflowParameter", name: "object", kind: [{ name: "integer", description: "a number" }] },
  { type: "WorkflowParameter", name: "own", kind: ["my_kind"] },
  { type: "WorkflowParameter", name: "any" },
];
const reading = (properties: Record<string, unknown>) =>
  documentOf(
    [
      { type: "typed", name: "source", image: "$inputs.image" },
      { type: "typed", name: "s", image: "$inputs.image", ...properties },
    ],
    {},
    inputs,
  );

it("a selector of another kind is reported with both kinds", () => {
  expect(
    tell(
      {
        "an input": reading({ level: "$inputs.text" }),
        "an input of a kind of a plugin": reading({ level: "$inputs.own" }),
        "an output": reading({ image: "$steps.source.text" }),
        "an output of two kinds": reading({ image: "$steps.source.number" }),
        "an input whose type says its kind": reading({ image: "$inputs.video" }),
      },
      options,
    ),
  ).toMatchInlineSnapshot(`
    "
    an input
      ReferenceTypeError COMPILE_KIND_MISMATCH at /steps/1/level
        step "s": "level" takes float or integer, but $inputs.text is string

    an input of a kind of a plugin
      ReferenceTypeError COMPILE_KIND_MISMATCH at /steps/1/level
        step "s": "level" takes float or integer, but $inputs.own is my_kind

    an output
      ReferenceTypeError COMPILE_KIND_MISMATCH at /steps/1/image
        step "s": "image" takes image, but $steps.source.text is string

    an output of two kinds
      ReferenceTypeError COMPILE_KIND_MISMATCH at /steps/1/image
        step "s": "image" takes image, but $steps.source.number is integer or float

    an input whose type says its kind
      ReferenceTypeError COMPILE_KIND_MISMATCH at /steps/1/image
        step "s": "image" takes image, but $inputs.video is video_metadata
    "
  `);
});

it("one kind in common is enough, and the wildcard meets everything", () => {
  for (const level of ["$inputs.object", "$inputs.any", 0.5]) expect(issuesOf(reading({ level }), options)).toEqual([]);
  expect(issuesOf(reading({ image: "$steps.source.any" }), options)).toEqual([]);
  const own = documentOf([{ type: "identity", name: "s", value: "$inputs.own" }], {}, inputs);
  expect(issuesOf(own, options)).toEqual([]);
});
