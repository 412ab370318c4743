import { expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef } from "../../src/blocks/contract/fields.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";

const split = defineBlock({
  type: "split",
  summary: "Splits a text into parts that the step names.",
  inputs: z.object({ text: orRef(z.string(), "string"), parts: z.array(z.string()).default([]) }),
  synonyms: { text: ["sentence"] },
  outputs: { count: "integer" },
  dynamicOutputs: ({ parts }) =>
    Object.fromEntries(
      z
        .array(z.string())
        .parse(parts)
        .map((part) => [part, ["string"]]),
    ),
  example: { text: "a b", parts: ["first"] },
  run: ({ text, parts }) => {
    const words = text.split(" ");
    const named = Object.fromEntries(parts.map((part, i) => [part, words[i] ?? null]));
    return { ...named, count: words.length };
  },
});
const options = { blocks: [split] };

it("a block has the outputs that its step names", async () => {
  const steps = [{ type: "split", name: "s", text: "red car", parts: ["colour", "thing"] }];
  const document = documentOf(steps, { colour: "$steps.s.colour", thing: "$steps.s.thing", all: "$steps.s.*" });
  const { plan, run } = openPlan(document, options);
  expect(plan.steps[0]?.outputs.map(({ name }) => name)).toEqual(["count", "colour", "thing"]);
  expect((await run()).rows).toMatchObject([
    { colour: "red", thing: "car", all: { count: 2, colour: "red", thing: "car" } },
  ]);
});

it("an output that no step names does not exist", () => {
  const steps = [{ type: "split", name: "s", text: "red car", parts: ["colour"] }];
  expect(issuesOf(documentOf(steps, { thing: "$steps.s.thing" }), options)).toMatchObject([
    { class: "InvalidReferenceTargetError", path: "/outputs/0/selector" },
  ]);
});

it("a property goes by its second name as well", async () => {
  const steps = [{ type: "split", name: "s", sentence: "one two three" }];
  const { run } = openPlan(documentOf(steps, { count: "$steps.s.count" }), options);
  expect((await run()).rows).toMatchObject([{ count: 3 }]);
});

it("a fault is reported under the name that is written", () => {
  const steps = [{ type: "split", name: "s", sentence: 3 }];
  expect(issuesOf(documentOf(steps, {}), options)).toMatchObject([{ path: "/steps/0/sentence" }]);
});
