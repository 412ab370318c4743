import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef } from "../../src/blocks/contract/fields.ts";
import { openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { type OpenPlan, openPlan } from "../helpers/open-plan.ts";

const any = orRef(z.unknown(), "*");

/** Counts the elements of each source. */
const counter = defineBlock({
  summary: "Block of the test.",
  example: {},
  type: "counter",
  inputs: z.object({ value: any, by: any.optional() }),
  outputs: { n: "integer" },
  state: () => ({ n: 0 }),
  run: (_, { state }) => ({ n: ++state.n }),
});

const COUNT = "let n = 0; function run() { n += 1; return { out: n }; }";

type Entry = Record<string, unknown>;
type Block = Entry & { code?: Entry };

/** Two frames of one definition, then one of another that takes its place. */
async function afterChange(before: Entry, after: Entry): Promise<{ value: unknown; carried: string[] }> {
  const runtime = openCodeRuntime({ stateDirectory: null, report: () => {} });
  const options = { blocks: [counter], runtime };
  const first = openPlan(before, options);
  for (let i = 0; i < 2; i++) await frame(first);
  const staged = runtime.stage();
  const second = openPlan(after, { ...options, runtime: staged.runtime, before: first.runner });
  const { carried } = second.runner;
  await staged.commit(({ name }) => carried.has(name));
  return { value: await frame(second), carried: [...carried].toSorted() };
}

async function frame({ run }: OpenPlan): Promise<unknown> {
  const { rows } = await run({ x: [1], y: [1] }, { sources: ["door"] });
  return rows[0]?.["n"];
}

const COUNTED = { n: "$steps.count.n" };
const one = (name: string) => ({ type: "identity", name, value: "$inputs.x" });
const count = (more: Entry = {}) => ({ type: "counter", name: "count", value: "$steps.a.out", ...more });
const BEFORE = documentOf([one("a"), count()], COUNTED);

describe("a step with state, when another definition takes the place of its own", () => {
  it.each([
    ["steps come before it", documentOf([one("new"), one("a"), count()], COUNTED)],
    ["the definition is written in another order", documentOf([count(), one("a")], COUNTED)],
    ["other outputs are asked for", documentOf([one("a"), count()], { ...COUNTED, a: "$steps.a.out" })],
  ])("goes on where %s", async (_, after) => {
    expect(await afterChange(BEFORE, after)).toEqual({ value: 3, carried: ["a", "count"] });
  });

  it.each([
    ["a property of it changes", documentOf([one("a"), count({ by: 2 })], COUNTED)],
    ["another step feeds it", documentOf([one("a"), one("b"), count({ value: "$steps.b.out" })], COUNTED)],
    ["what feeds it has another name", documentOf([one("b"), count({ value: "$steps.b.out" })], COUNTED)],
    ["it has another name", documentOf([one("a"), count({ name: "other" })], { n: "$steps.other.n" })],
    ["it has another type", documentOf([one("a"), { ...one("count") }], { n: "$steps.count.out" })],
  ])("begins again where %s", async (_, after) => {
    const { value, carried } = await afterChange(BEFORE, after);
    expect(value).toBe(1);
    expect(carried).not.toContain("count");
  });
});

describe("the variables of code, when another definition takes the place of its own", () => {
  const document = (source: string, step: Entry = {}, { code, ...block }: Block = {}) => ({
    ...documentOf([one("a"), { type: "Code", name: "count", value: "$steps.a.out", ...step }], {
      n: "$steps.count.out",
    }),
    dynamic_blocks_definitions: [{ ...codeBlock("Code", source, code === undefined ? {} : { code }), ...block }],
  });

  it.each([
    ["its step has another property", document(COUNT, { value: 5 })],
    ["its step is fed by another", document(COUNT, { value: "$inputs.x" })],
  ])("are still there where %s", async (_, after) => {
    expect((await afterChange(document(COUNT), after)).value).toBe(3);
  });

  it.each([
    ["the code changes", document(COUNT.replace("n = 0", "n = 100")), 101],
    ["what else its block says changes", document(COUNT, {}, { on_error: "empty" }), 1],
  ])("are made again where %s", async (_, after, value) => {
    expect((await afterChange(document(COUNT), after)).value).toBe(value);
  });

  it("stay with the block where its steps share them, whatever becomes of the steps", async () => {
    const shared = { code: { state_scope: "block" } };
    const renamed = {
      ...document(COUNT, { name: "other" }, shared),
      outputs: [{ type: "JsonField", name: "n", selector: "$steps.other.out" }],
    };
    const runtime = openCodeRuntime({ stateDirectory: null, report: () => {} });
    const first = openPlan(document(COUNT, {}, shared), { runtime });
    for (let i = 0; i < 2; i++) await frame(first);
    const staged = runtime.stage();
    const second = openPlan(renamed, { runtime: staged.runtime, before: first.runner });
    await staged.commit(({ scope }) => scope === "block");
    expect(await frame(second)).toBe(3);
  });
});
