import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef } from "../../src/blocks/contract/fields.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";

const any = orRef(z.unknown(), "*");
const common = { summary: "Block of the test.", example: {}, inputs: z.object({ value: any }) };

/** Answers when the test says so. */
function gatedBlock() {
  const open = new Map<unknown, () => void>();
  const block = defineBlock({
    ...common,
    type: "wait",
    outputs: { out: "*" },
    run: async ({ value }) => {
      await new Promise<void>((resume) => open.set(value, resume));
      if (value === "broken") throw new TypeError("broken");
      return { out: value };
    },
  });
  return { block, answer: (value: unknown) => open.get(value)?.(), isAsked: (value: unknown) => open.has(value) };
}

function recorder() {
  const seen: unknown[] = [];
  const block = defineBlock({
    ...common,
    type: "recorder",
    outputs: { n: "integer" },
    state: () => ({ n: 0 }),
    run: ({ value }, { state }) => {
      seen.push(value);
      return { n: ++state.n };
    },
  });
  return { block, seen };
}

const steps = [
  { type: "wait", name: "w", value: "$inputs.x" },
  { type: "recorder", name: "r", value: "$steps.w.out" },
];

function openPair(onError: "throw" | "isolate" = "throw") {
  const wait = gatedBlock();
  const record = recorder();
  const document = documentOf(steps, { n: "$steps.r.n" });
  const { run } = openPlan(document, { blocks: [wait.block, record.block], onError });
  return { run, answer: wait.answer, seen: record.seen };
}

describe("overlapping batches", () => {
  it("reach a stateful step in the order of their frames although the step before answers out of order", async () => {
    const { run, answer, seen } = openPair();
    const first = run({ x: ["a"] });
    const second = run({ x: ["b"] });
    answer("b");
    answer("a");
    expect((await second).rows).toEqual([{ n: 2 }]);
    expect((await first).rows).toEqual([{ n: 1 }]);
    expect(seen).toEqual(["a", "b"]);
  });

  it("wait for models side by side", async () => {
    const { run, answer, seen } = openPair();
    const runs = ["a", "b", "c"].map((name) => run({ x: [name] }));
    for (const name of ["c", "b", "a"]) answer(name);
    await Promise.all(runs);
    expect(seen).toEqual(["a", "b", "c"]);
  });

  it("go on behind one that failed", async () => {
    const { run, answer, seen } = openPair();
    const broken = run({ x: ["broken"] });
    const second = run({ x: ["b"] });
    answer("b");
    answer("broken");
    await expect(broken).rejects.toThrow('step "w" (wait) failed: broken');
    await second;
    expect(seen).toEqual(["b"]);
  });

  it("keep the order behind one that failed before its turn came", async () => {
    const { run, answer, seen } = openPair();
    const first = run({ x: ["a"] });
    const broken = run({ x: ["broken"] });
    const third = run({ x: ["c"] });
    answer("c");
    answer("broken");
    await expect(broken).rejects.toThrow("broken");
    const fourth = run({ x: ["d"] });
    answer("d");
    const refused = run({ x: 3 });
    await expect(refused).rejects.toMatchObject({ code: "RUN_INPUT_NESTING" });
    expect(seen).toEqual([]);
    answer("a");
    await Promise.all([first, third, fourth]);
    expect(seen).toEqual(["a", "c", "d"]);
  });

  it("are in order however the answers come and whichever fail", async () => {
    const batches = fc.uniqueArray(fc.record({ name: fc.integer(), fails: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
      selector: ({ name }) => name,
    });
    const shuffled = batches.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([list, answers]) => {
        const record = recorder();
        const open = new Map<number, (fails: boolean) => void>();
        const block = defineBlock({
          ...common,
          type: "wait",
          outputs: { out: "*" },
          run: async ({ value }) => {
            if (await new Promise<boolean>((resume) => open.set(value as number, resume)))
              throw new TypeError("broken");
            return { out: value };
          },
        });
        const { run } = openPlan(documentOf(steps, { n: "$steps.r.n" }), { blocks: [block, record.block] });
        const runs = list.map(({ name }) => run({ x: [name] }));
        for (const { name, fails } of answers) open.get(name)?.(fails);
        await Promise.allSettled(runs);
        expect(record.seen).toEqual(list.filter(({ fails }) => !fails).map(({ name }) => name));
      }),
      { numRuns: 100 },
    );
  });

  it("reach a stateful step that answers later one element after another", async () => {
    const seen: string[] = [];
    const slow = defineBlock({
      ...common,
      type: "slow",
      outputs: { n: "integer" },
      state: () => ({ n: 0 }),
      run: async ({ value }, { state }) => {
        seen.push(`${value} in`);
        await new Promise((resume) => setImmediate(resume));
        seen.push(`${value} out`);
        return { n: ++state.n };
      },
    });
    const { run } = openPlan(documentOf([{ type: "slow", name: "s", value: "$inputs.x" }], { n: "$steps.s.n" }), {
      blocks: [slow],
    });
    await Promise.all([run({ x: ["a", "b"] }), run({ x: ["c"] })]);
    expect(seen).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
  });
});

describe("state", () => {
  const counting = documentOf(
    [
      { type: "count", name: "s", value: "$inputs.x" },
      { type: "count", name: "t", value: "$inputs.x" },
    ],
    { s: "$steps.s.n", t: "$steps.t.n" },
  );

  it("belongs to one step and one source", async () => {
    const { run } = openPlan(counting);
    await run({ x: [1, null] }, { sources: ["door", "gate"] });
    expect((await run({ x: [1, 2] }, { sources: ["door", "gate"] })).rows).toEqual([
      { s: 2, t: 2 },
      { s: 1, t: 1 },
    ]);
    expect((await run({ x: [1, 2] }, { sources: ["gate", "gate"] })).rows).toEqual([
      { s: 2, t: 2 },
      { s: 3, t: 3 },
    ]);
  });

  it("is that of the frame's source for its children", async () => {
    const { run } = openPlan(
      documentOf(
        [
          { type: "explode", name: "e", value: "$inputs.x" },
          { type: "count", name: "s", value: "$steps.e.out" },
        ],
        { n: "$steps.s.n" },
      ),
    );
    expect((await run({ x: [2, 3] }, { sources: ["door", "gate"] })).rows).toEqual([{ n: [1, 2] }, { n: [1, 2, 3] }]);
  });

  it("is forgotten with its source", async () => {
    const { run, runner } = openPlan(counting);
    await run({ x: [1, 1] }, { sources: ["door", "gate"] });
    runner.forget("door");
    expect((await run({ x: [1, 1] }, { sources: ["door", "gate"] })).rows).toEqual([
      { s: 1, t: 1 },
      { s: 2, t: 2 },
    ]);
  });

  it("is reported by the source of the only camera where data belongs to no frame", async () => {
    const { run } = openPlan(documentOf([{ type: "count", name: "s", value: "$inputs.p" }], { n: "$steps.s.n" }));
    await run({ p: 1 }, { sources: ["door"] });
    expect((await run({ p: 1 }, { sources: ["gate"] })).rows).toEqual([{ n: 1 }]);
    expect((await run({ p: 1 }, { sources: ["door"] })).rows).toEqual([{ n: 2 }]);
  });
});

describe("preparing", () => {
  it("happens once for a step, with its literal properties", async () => {
    const prepared: unknown[] = [];
    const block = defineBlock({
      summary: "Block of the test.",
      example: {},
      type: "prepared",
      inputs: z.object({ value: any, literal: orRef(z.number(), "integer").default(2) }),
      outputs: { out: "*" },
      prepare: (literals) => prepared.push(literals),
      run: ({ value, literal }, context) => ({ out: [value, literal, context.prepared, context.step] }),
    });
    const { run } = openPlan(
      documentOf([{ type: "prepared", name: "s", value: "$inputs.x" }], { out: "$steps.s.out" }),
      {
        blocks: [block],
      },
    );
    await run({ x: [1] });
    expect((await run({ x: [1] })).rows).toEqual([{ out: [1, 2, 1, "s"] }]);
    expect(prepared).toEqual([{ value: undefined, literal: 2 }]);
  });
});

describe("steps that only make pictures", () => {
  it("are skipped while there are no viewers, and their outputs are null", async () => {
    const draw = defineBlock({ ...common, type: "draw", outputs: { image: "image" }, run: () => ({ image: null }) });
    const { run, plan } = openPlan(
      documentOf(
        [
          { type: "identity", name: "s", value: "$inputs.x" },
          { type: "draw", name: "d", value: "$steps.s.out" },
        ],
        { out: "$steps.s.out", picture: "$steps.d.image" },
      ),
      { blocks: [{ ...draw, run: () => ({ image: "drawn" }) }] },
    );
    expect(plan.steps.map(({ name, pictureOnly }) => [name, pictureOnly])).toEqual([
      ["s", false],
      ["d", true],
    ]);
    expect((await run({ x: [1] })).rows).toEqual([{ out: 1, picture: "drawn" }]);
    expect((await run({ x: [1] }, { pictures: false })).rows).toEqual([{ out: 1, picture: null }]);
    expect((await run({ x: [1] }, { pictures: new Set(["picture"]) })).rows).toEqual([{ out: 1, picture: "drawn" }]);
    expect((await run({ x: [1] }, { pictures: new Set(["other"]) })).rows).toEqual([{ out: 1, picture: null }]);
  });
});

describe("steps that share their state", () => {
  const shared = { state: () => ({ last: null as unknown }), shares: "last" };
  const read = defineBlock({
    ...common,
    ...shared,
    type: "read",
    outputs: { out: "*" },
    run: (_, { state }) => ({ out: state.last }),
  });
  const write = defineBlock({
    ...common,
    ...shared,
    type: "write",
    outputs: { out: "*" },
    run: ({ value }, { state }) => {
      state.last = value;
      return { out: value };
    },
  });

  it("let a batch read only after the batch before it has written, though its model answers later", async () => {
    const wait = gatedBlock();
    const document = documentOf(
      [
        { type: "read", name: "before", value: "$inputs.x" },
        { type: "wait", name: "w", value: "$inputs.x" },
        { type: "write", name: "s", value: "$steps.w.out" },
      ],
      { before: "$steps.before.out", written: "$steps.s.out" },
    );
    const { run } = openPlan(document, { blocks: [wait.block, read, write], onError: "throw" });
    const runs = ["a", "b", "c"].map((name) => run({ x: [name] }));
    const rows: unknown[] = [];
    for (const [i, name] of ["a", "b", "c"].entries()) {
      await expect.poll(() => wait.isAsked(name)).toBe(true);
      wait.answer(name);
      rows.push(...(await runs[i])!.rows);
    }
    expect(rows).toEqual([
      { before: null, written: "a" },
      { before: "a", written: "b" },
      { before: "b", written: "c" },
    ]);
  });
});
