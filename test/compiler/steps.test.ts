import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef, refListOrRef } from "../../src/blocks/contract/fields.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";

const strict = defineBlock({
  type: "strict",
  summary: "Block of the test.",
  example: {},
  inputs: z.object({
    text: orRef(z.string(), "string").default("none"),
    size: orRef(z.int().min(1), "integer").default(1),
    mode: z.enum(["fast", "exact"]).default("fast"),
    points: z.array(z.object({ x: z.number() })).default([]),
    either: z.union([z.object({ low: z.number() }), z.string()]).default("any"),
    maybe: orRef(z.string(), "string").nullable().default(null),
  }),
  outputs: { out: "*" },
  run: ({ text }) => ({ out: text }),
});

const step = (properties: Record<string, unknown>) => documentOf([{ name: "s", ...properties }], {});
const options = { blocks: [strict] };

describe("a step that its block does not take", () => {
  it("is reported by the type", () => {
    expect(
      tell({
        "a misspelt type": step({ type: "identiti" }),
        "a type that is like no other": step({ type: "another/strange_block@v7" }),
        "a type without its source": step({ type: "byte_traker@v3" }),
      }),
    ).toMatchInlineSnapshot(`
      "
      a misspelt type
        WorkflowSyntaxError COMPILE_UNKNOWN_BLOCK at /steps/0/type
          step "s": block type "identiti" is not known
          hint: did you mean "identity"?

      a type that is like no other
        WorkflowSyntaxError COMPILE_UNKNOWN_BLOCK at /steps/0/type
          step "s": block type "another/strange_block@v7" is not known
          hint: \`millrace blocks\` lists the types that run here

      a type without its source
        WorkflowSyntaxError COMPILE_UNKNOWN_BLOCK at /steps/0/type
          step "s": block type "byte_traker@v3" is not known
          hint: did you mean "byte_tracker@v3"?
      "
    `);
  });

  it("is reported by the property", () => {
    expect(
      tell(
        {
          "nothing is given": step({ type: "add" }),
          "nothing is given where only selectors are taken": step({ type: "collapse" }),
          "a literal where only selectors are taken": step({ type: "collapse", value: 3 }),
          "null where a value is needed": step({ type: "collapse", value: null }),
          "a literal of another type": step({ type: "strict", size: "big" }),
          "a literal out of range": step({ type: "strict", size: 0 }),
          "a word that is none of the choice": step({ type: "strict", mode: "slow" }),
          "a fault inside a literal": step({ type: "strict", points: [{ x: 1 }, { x: "one" }] }),
          "a fault inside one of several forms": step({ type: "strict", either: { low: "one" } }),
          "a value that fits none of several forms": step({ type: "strict", either: 3 }),
          "a single selector where a list is needed": step({ type: "list", values: "$inputs.x" }),
          "an empty list where one selector is needed": step({ type: "list", values: [] }),
          "a literal in a list of selectors": step({ type: "list", values: ["$inputs.x", 3] }),
          "a list where a map is needed": step({ type: "record", values: ["$inputs.x"] }),
          "a literal where steps are named": step({ type: "gate", value: 1, next_steps: ["other"] }),
        },
        options,
      ),
    ).toMatchInlineSnapshot(`
      "
      nothing is given
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/a
          step "s" (add): "a" is missing; it takes a selector of any kind
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/b
          step "s" (add): "b" is missing; it takes a selector of any kind

      nothing is given where only selectors are taken
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/value
          step "s" (collapse): "value" is missing; it takes a selector of any kind

      a literal where only selectors are taken
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/value
          step "s" (collapse): "value" is 3, expected a selector of any kind

      null where a value is needed
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/value
          step "s" (collapse): "value" is null, expected a selector of any kind

      a literal of another type
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/size
          step "s" (strict): "size" is "big", expected number (or a selector of integer)

      a literal out of range
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/size
          step "s" (strict): "size" is 0, expected number to be >=1 (or a selector of integer)

      a word that is none of the choice
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/mode
          step "s" (strict): "mode" is "slow", expected one of "fast"|"exact"

      a fault inside a literal
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/points/1/x
          step "s" (strict): "points" is "one" at /1/x, expected number

      a fault inside one of several forms
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/either/low
          step "s" (strict): "either" is "one" at /low, expected number

      a value that fits none of several forms
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/either
          step "s" (strict): "either" is 3: it fits none of the forms

      a single selector where a list is needed
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/values
          step "s" (list): "values" is "$inputs.x", expected array: it takes a list of selectors of any kind

      an empty list where one selector is needed
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/values
          step "s" (list): "values" is [], expected array to have >=1 items: it takes a list of selectors of any kind

      a literal in a list of selectors
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/values/1
          step "s" (list): "values"[1] is 3, expected a selector of any kind

      a list where a map is needed
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/values
          step "s" (record): "values" is ["$inputs.x"], expected record: it takes a map of selectors of any kind

      a literal where steps are named
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/next_steps/0
          step "s" (gate): "next_steps"[0] is "other", expected a step such as $steps.name
      "
    `);
  });

  it("is reported by what looks like a selector and is none", () => {
    expect(
      tell(
        {
          "a text that begins with $": step({ type: "strict", text: "$5" }),
          "the same where a number is taken": step({ type: "strict", size: "$5" }),
          "the same where only selectors are taken": step({ type: "collapse", value: "$5" }),
          "too many parts": step({ type: "identity", value: "$steps.a.b.c" }),
          "a name with a blank": step({ type: "identity", value: "$inputs.my image" }),
          "no name": step({ type: "identity", value: "$inputs." }),
          "in a list": step({ type: "list", values: ["$other.x"] }),
          "in a map": step({ type: "record", values: { "a/b": "$" } }),
        },
        options,
      ),
    ).toMatchInlineSnapshot(`
      "
      a text that begins with $
        InvalidReferenceTargetError COMPILE_STEP_PROPERTY at /steps/0/text
          step "s" (strict): "text" is "$5", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $

      the same where a number is taken
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/size
          step "s" (strict): "size" is "$5", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $

      the same where only selectors are taken
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/value
          step "s" (collapse): "value" is "$5", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $

      too many parts
        InvalidReferenceTargetError COMPILE_STEP_PROPERTY at /steps/0/value
          step "s" (identity): "value" is "$steps.a.b.c", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $

      a name with a blank
        InvalidReferenceTargetError COMPILE_STEP_PROPERTY at /steps/0/value
          step "s" (identity): "value" is "$inputs.my image", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $

      no name
        InvalidReferenceTargetError COMPILE_STEP_PROPERTY at /steps/0/value
          step "s" (identity): "value" is "$inputs.", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $

      in a list
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/values/0
          step "s" (list): "values"[0] is "$other.x", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $

      in a map
        InvalidReferenceTargetError COMPILE_STEP_PROPERTY at /steps/0/values/a~1b
          step "s" (record): "values"["a/b"] is "$", which is no selector
          hint: selectors read $inputs.name or $steps.name.output; a text cannot begin with $
      "
    `);
  });
});

describe("a step that its block takes", () => {
  it("has the defaults of what is absent, and null where it may be", () => {
    const { plan } = openPlan(step({ type: "strict" }), options);
    expect(plan.steps[0]?.literals).toEqual({
      text: "none",
      size: 1,
      mode: "fast",
      points: [],
      either: "any",
      maybe: null,
    });
  });

  it("may hold properties that its block does not know", () => {
    expect(issuesOf(step({ type: "strict", colour: "$nothing", "": 3 }), options)).toEqual([]);
  });

  it("is named by its full type although it was written by an alias", () => {
    const { plan } = openPlan(documentOf([{ type: "DimensionCollapse", name: "s", data: "$inputs.x" }], {}));
    expect(plan.steps[0]?.type).toBe("roboflow_core/dimension_collapse@v1");
  });

  it("may have any name as long as nothing refers to it", () => {
    expect(issuesOf(documentOf([{ type: "identity", name: "my step.1", value: 3 }], {}))).toEqual([]);
  });

  it("may name one list where its block takes lists of selectors or a list", async () => {
    const many = defineBlock({
      type: "many",
      summary: "Block of the test.",
      example: {},
      inputs: z.object({ items: refListOrRef("list_of_values", "integer") }),
      outputs: { out: "*" },
      run: ({ items }) => ({ out: items }),
    });
    const document = (items: unknown) => documentOf([{ type: "many", name: "s", items }], { out: "$steps.s.out" });
    const inputs = [{ type: "WorkflowParameter", name: "list", kind: ["list_of_values"] }];
    const run = async (items: unknown) => {
      const plan = openPlan({ ...document(items), inputs }, { blocks: [many] });
      return (await plan.run({ list: [1, 2] }, { sources: ["a"] })).rows;
    };
    expect(await run("$inputs.list")).toEqual([{ out: [1, 2] }]);
    const both = [1, 2];
    expect(await run(["$inputs.list", "$inputs.list"])).toEqual([{ out: [both, both] }]);
    expect(issuesOf(document("text"), { blocks: [many] })).toHaveLength(1);
  });

  it("has literals and selectors side by side in lists and maps", () => {
    const { plan } = openPlan(step({ type: "record", values: { a: 1, b: "$inputs.x" } }));
    expect(plan.steps[0]).toMatchObject({
      literals: { values: { a: 1, b: undefined } },
      bindings: [{ property: "values", key: "b", reach: "element" }],
    });
  });
});
