import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { ref } from "../../src/blocks/contract/fields.ts";
import type { Detections } from "../../src/kinds/detections.ts";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import type { Entry } from "./documents.ts";

const ITEM = { type: "WorkflowBatchInput", name: "item" };
const SAME = workflow([{ type: "identity", name: "a", value: "$inputs.item" }], { out: "$steps.a.out" });

function workflow(steps: Entry[], outputs: Record<string, string>, inputs: Entry[] = [ITEM]): Entry {
  const list = Object.entries(outputs).map(([name, selector]) => ({ name, selector }));
  return { inputs, steps, outputs: list };
}

/** A definition with one step `each` over the batch input `x`. */
function document(body: Entry, step: Entry = {}, more: Entry = {}) {
  const { outputs } = body as { outputs: { name: string }[] };
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowBatchInput", name: "x" }],
    steps: [
      { type: "millrace/for_each@v1", name: "each", over: { item: "$inputs.x" }, workflow_definition: body, ...step },
    ],
    outputs: [...outputs.map(({ name }) => name), "result"].map((name) => {
      return { type: "JsonField", name, selector: `$steps.each.${name}` };
    }),
    ...more,
  };
}

function detections(...trackers: (number | undefined)[]): Detections {
  const root = { id: "p", width: 100, height: 100, offsetX: 0, offsetY: 0 };
  const items = trackers.map((trackerId, i) => ({
    box: [i, i, i + 10, i + 10] as [number, number, number, number],
    confidence: (i + 1) / 10,
    class: "person",
    classId: 0,
    detectionId: `d${i}`,
    ...(trackerId === undefined ? {} : { trackerId }),
  }));
  return { kind: "detections", items, width: 100, height: 100, parentId: "p", parent: null, root };
}

describe("a step for each item", () => {
  it.each([0, 1, 3])("runs for %i items", async (count) => {
    const list = Array.from({ length: count }, (_, i) => i);
    const { rows } = await openPlan(document(SAME)).run({ x: [list] });
    expect(rows[0]).toMatchObject({ out: list, result: { items: count, status: count === 0 ? "empty" : "ok" } });
  });

  it("runs all items of all elements as one batch", async () => {
    const body = workflow([{ type: "together", name: "t", a: "$inputs.item", b: 0 }], { out: "$steps.t.out" });
    const { rows } = await openPlan(document(body)).run({ x: [["a", "b"], [], ["c"]] });
    expect(rows.map(({ out }) => out)).toEqual([
      [
        ["a", 0, 1, 0, 3],
        ["b", 0, 1, 1, 3],
      ],
      [],
      [["c", 0, 1, 2, 3]],
    ]);
  });

  it("does not run without items, and what follows does", async () => {
    const body = workflow([{ type: "Bad", name: "b", value: "$inputs.item" }], { out: "$steps.b.out" });
    const more = { dynamic_blocks_definitions: [codeBlock("Bad", "function run() { throw new Error('ran'); }")] };
    const base = document(body, {}, more);
    const after = { type: "collapse_with_empty", name: "after", value: "$steps.each.out" };
    const plan = openPlan({
      ...base,
      steps: [...base.steps, after],
      outputs: [{ type: "JsonField", name: "n", selector: "$steps.after.out" }],
    });
    expect((await plan.run({ x: [[], []] })).rows).toEqual([{ n: ["list", null] }, { n: ["list", null] }]);
  });

  it("gives one detection at a time", async () => {
    const body = workflow([{ type: "P", name: "p", value: "$inputs.item" }], { id: "$steps.p.out" }, [
      { type: "WorkflowBatchInput", name: "item", kind: ["object_detection_prediction"] },
    ]);
    const more = {
      dynamic_blocks_definitions: [
        codeBlock("P", "function run({ value }) { return { out: value.items.map((i) => i.detectionId).join() }; }"),
      ],
    };
    const { rows } = await openPlan(document(body, {}, more)).run({ x: [detections(1, 2)] });
    expect(rows[0]?.["id"]).toEqual(["d0", "d1"]);
  });

  it("pairs several lists, and says when they do not fit", async () => {
    const inputs = [ITEM, { type: "WorkflowBatchInput", name: "other" }];
    const body = workflow(
      [{ type: "add", name: "s", a: "$inputs.item", b: "$inputs.other" }],
      { out: "$steps.s.sum" },
      inputs,
    );
    const base = document(body, { over: { item: "$inputs.x", other: "$inputs.y" } });
    const plan = openPlan(
      { ...base, inputs: [...base.inputs, { type: "WorkflowBatchInput", name: "y" }] },
      { onError: "isolate" },
    );
    expect((await plan.run({ x: [[1, 2]], y: [[10, 20]] })).rows[0]?.["out"]).toEqual([11, 22]);
    const { faults } = await plan.run({ x: [[1, 2]], y: [[10]] });
    expect(faults).toMatchObject([
      { code: "STEP_INPUT", message: expect.stringContaining('"item" has 2 items and "other" 1') },
    ]);
  });

  it("combines them where that is asked for", async () => {
    const inputs = [ITEM, { type: "WorkflowBatchInput", name: "other" }];
    const body = workflow(
      [{ type: "add", name: "s", a: "$inputs.item", b: "$inputs.other" }],
      { out: "$steps.s.sum" },
      inputs,
    );
    const base = document(body, { over: { item: "$inputs.x", other: [10, 20] }, product: true });
    expect((await openPlan(base).run({ x: [[1, 2]] })).rows[0]?.["out"]).toEqual([11, 21, 12, 22]);
  });

  it("gives every item what all share, of its own element", async () => {
    const inputs = [ITEM, { type: "WorkflowBatchInput", name: "own" }, { type: "WorkflowParameter", name: "p" }];
    const body = workflow(
      [{ type: "list", name: "l", values: ["$inputs.item", "$inputs.own", "$inputs.p"] }],
      { out: "$steps.l.out" },
      inputs,
    );
    const base = document(body, { with: { own: "$inputs.y", p: 9 } });
    const plan = openPlan({ ...base, inputs: [...base.inputs, { type: "WorkflowBatchInput", name: "y" }] });
    const { rows } = await plan.run({ x: [[1], [2, 3]], y: ["a", "b"] });
    expect(rows.map(({ out }) => out)).toEqual([
      [[1, "a", 9]],
      [
        [2, "b", 9],
        [3, "b", 9],
      ],
    ]);
  });

  it("stands in another, to any depth of lists", async () => {
    const inner = {
      type: "millrace/for_each@v1",
      name: "inner",
      over: { item: "$inputs.item" },
      workflow_definition: SAME,
    };
    const body = workflow([inner], { out: "$steps.inner.out" });
    const lists = [[[1], [2, 3]], [], [[], [4]]];
    expect((await openPlan(document(body)).run({ x: lists })).rows.map(({ out }) => out)).toEqual(lists);
  });

  it("runs on a list that belongs to no batch", async () => {
    const base = document(SAME, { over: { item: [1, 2, 3] } });
    expect((await openPlan({ ...base, inputs: [] }).run({})).rows[0]?.["out"]).toEqual([1, 2, 3]);
  });

  it("runs for the elements of a deeper batch, where its outputs then stand", async () => {
    const step = {
      iterate: "elements",
      over: { item: "$steps.split.out" },
      order_by: "-item",
      max_items: 2,
      overflow: "truncate",
    };
    const base = document(SAME, step);
    const split = { type: "split", name: "split", value: "$inputs.x" };
    const pair = { type: "first_non_empty", name: "pair", values: ["$steps.each.out"] };
    const shown = [{ type: "JsonField", name: "pair", selector: "$steps.pair.out" }];
    const plan = openPlan({ ...base, steps: [split, ...base.steps, pair], outputs: [...base.outputs, ...shown] });
    const { rows } = await plan.run({ x: [3, 0, 1] });
    expect(rows.map(({ out, pair }) => [out, pair])).toEqual([
      [
        [null, 1, 2],
        ["none", 1, 2],
      ],
      [[], []],
      [[0], [0]],
    ]);
    expect(rows[0]?.["result"]).toMatchObject({ status: "partial", dropped: 1, items: 3 });
  });
});

describe("too many items", () => {
  it("fail the step, which tells the limit", async () => {
    const plan = openPlan(document(SAME, { max_items: 2 }), { onError: "isolate" });
    const { rows, faults } = await plan.run({
      x: [
        [1, 2],
        [1, 2, 3],
      ],
    });
    expect(rows.map(({ out }) => out)).toEqual([[1, 2], []]);
    expect(faults).toMatchObject([
      { element: 1, code: "DYN006", message: expect.stringContaining('3 items, more than "max_items" (2)') },
    ]);
  });

  it("are cut off in the order that is asked for", async () => {
    const plan = openPlan(document(SAME, { max_items: 2, overflow: "truncate", order_by: "-score" }));
    const items = [1, 5, 3].map((score) => ({ score }));
    const { rows } = await plan.run({ x: [items] });
    expect(rows[0]).toMatchObject({ out: [{ score: 5 }, { score: 3 }], result: { status: "partial", dropped: 1 } });
  });

  it("of a combination are counted before they are made", async () => {
    const base = document(
      workflow(SAME["steps"] as Entry[], { out: "$steps.a.out" }, [
        ITEM,
        { ...ITEM, name: "b" },
        { ...ITEM, name: "c" },
      ]),
      {
        over: { item: "$inputs.x", b: "$inputs.x", c: "$inputs.x" },
        product: true,
      },
    );
    const { faults } = await openPlan(base, { onError: "isolate" }).run({
      x: [Array.from({ length: 4000 }, (_, i) => i)],
    });
    expect(faults).toMatchObject([{ code: "DYN006", message: expect.stringContaining("64000000000 items") }]);
  });
});

describe("a failing item", () => {
  const more = {
    dynamic_blocks_definitions: [
      codeBlock("Odd", "function run({ value }) { if (value % 2) throw new Error('odd'); return { out: value }; }"),
    ],
  };
  const body = workflow([{ type: "Odd", name: "odd", value: "$inputs.item" }], { out: "$steps.odd.out" });
  const run = async (step: Entry, x: unknown[]) => {
    const { rows, faults } = await openPlan(document(body, step, more), { onError: "isolate" }).run({ x: [x] });
    return { ...(rows[0] as { out: unknown; result: Entry }), faults };
  };

  it("fails the step, which names it", async () => {
    const { out, faults } = await run({}, [2, 4, 5]);
    expect(out).toEqual([]);
    expect(faults).toMatchObject([{ code: "DYN009", message: expect.stringMatching(/^each\/odd\[2\]: .*odd/) }]);
  });

  it("leaves its place empty where that is allowed", async () => {
    const { out, result, faults } = await run({ on_item_error: "null" }, [2, 3, 4]);
    expect(out).toEqual([2, null, 4]);
    expect(result).toMatchObject({ status: "partial", failed: 1, errors: [expect.stringContaining("each/odd[1]")] });
    expect(faults).toEqual([]);
  });

  it("is forgiven up to the ratio, which counts itself", async () => {
    expect((await run({ min_success_ratio: 0.5 }, [2, 3])).out).toEqual([2, null]);
    expect((await run({ min_success_ratio: 0.5 }, [2, 3, 5])).faults).toMatchObject([
      { code: "DYN009", message: expect.stringContaining("2 of 3 items failed; the first: each/odd[1]") },
    ]);
  });

  it("is forgiven down to a number", async () => {
    expect((await run({ min_successes: 1 }, [1, 2, 3])).out).toEqual([null, 2, null]);
    expect((await run({ min_successes: 2 }, [1, 2, 3])).faults).toHaveLength(1);
  });

  it("takes nothing from the items of other elements", async () => {
    const plan = openPlan(document(body, {}, more), { onError: "isolate" });
    expect((await plan.run({ x: [[2], [3], [4]] })).rows.map(({ out }) => out)).toEqual([[2], [], [4]]);
  });
});

it("keeps order and loses nothing, however few items run at once and however long each takes", async () => {
  const delayed = defineBlock({
    type: "test/delayed@v1",
    summary: "Answers after some turns.",
    example: {},
    inputs: z.object({ value: ref("*") }),
    outputs: { out: "*" },
    run: async ({ value }) => {
      for (let turn = 0; turn < Number(value) % 7; turn++) await Promise.resolve();
      return { out: value };
    },
  });
  const body = workflow([{ type: "test/delayed@v1", name: "d", value: "$inputs.item" }], { out: "$steps.d.out" });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(100), { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 5 }),
      async (x, concurrency) => {
        const plan = openPlan(document(body, { concurrency }), { blocks: [delayed] });
        expect((await plan.run({ x })).rows.map(({ out }) => out)).toEqual(x);
      },
    ),
    { numRuns: 50 },
  );
});

describe("state", () => {
  const body = workflow([{ type: "count", name: "c", value: "$inputs.item" }], { n: "$steps.c.n" });
  const counting = workflow([{ type: "Counter", name: "c", value: "$inputs.item" }], { n: "$steps.c.out" });
  const counter = codeBlock("Counter", "let n = 0; function run() { return { out: ++n }; }");

  it("is one for all items without a key", async () => {
    const plan = openPlan(document(body));
    expect((await plan.run({ x: [detections(1, 2)] })).rows[0]?.["n"]).toEqual([1, 2]);
    expect((await plan.run({ x: [detections(2)] })).rows[0]?.["n"]).toEqual([3]);
  });

  it.each([
    ["a block", body],
    ["code", counting],
  ])("of %s is one for each value of the key and camera", async (_, inner) => {
    const plan = openPlan(document(inner, { key_by: "tracker_id" }, { dynamic_blocks_definitions: [counter] }));
    const run = async (source: string, ...ids: (number | undefined)[]) => {
      const { rows } = await plan.run({ x: [detections(...ids)] }, { sources: [source] });
      return rows[0]?.["n"];
    };
    expect(await run("a", 1, 2)).toEqual([1, 1]);
    expect(await run("a", 2, 3, 1)).toEqual([2, 1, 2]);
    expect(await run("b", 1)).toEqual([1]);
    expect(await run("a", 1, undefined, undefined)).toEqual([3, 1, 1]);
    expect(await run("a", undefined)).toEqual([1]);
  });

  it("of a key that made room is begun again, and that is reported", async () => {
    const plan = openPlan(document(body, { key_by: "tracker_id", max_keys: 2 }));
    const run = async (...ids: number[]) => (await plan.run({ x: [detections(...ids)] }, { sources: ["a"] })).rows[0];
    expect(await run(1, 2)).toMatchObject({ n: [1, 1], result: { states_evicted: 0 } });
    expect(await run(3)).toMatchObject({ n: [1], result: { states_evicted: 1 } });
    expect(await run(2, 1)).toMatchObject({ n: [2, 1] });
  });

  it("of a camera that is gone is forgotten with all its keys", async () => {
    const plan = openPlan(document(body, { key_by: "tracker_id" }));
    const run = async (source: string) =>
      (await plan.run({ x: [detections(1)] }, { sources: [source] })).rows[0]?.["n"];
    await run("a");
    await run("b");
    plan.runner.forget("a");
    expect([await run("a"), await run("b")]).toEqual([[1], [2]]);
  });
});

describe("the faults of a step for each item", () => {
  const told = (body: Entry, step: Entry = {}) =>
    issuesOf(document(body, step)).map(({ path, message }) => [path, message]);

  it("in its workflow are reported where they stand", () => {
    const body = workflow([{ type: "identity", name: "a", value: "$steps.b.out" }], { out: "$steps.a.out" });
    expect(told(body)).toEqual([
      ["/steps/0/workflow_definition/steps/0/value", expect.stringContaining("no such step")],
    ]);
  });

  it("in what is bound name the input", () => {
    const wrong = { over: { other: "$inputs.x" } };
    expect(told(SAME, wrong).map(([, message]) => message)).toEqual([
      expect.stringContaining('"over" names "other", which is no input'),
      expect.stringContaining('input "item" is connected to nothing'),
    ]);
    expect(told(SAME, { with: { item: 1 } })).toEqual([
      ["/steps/0", expect.stringContaining('both in "over" and in "with"')],
    ]);
  });

  it("in kinds are those of any step", () => {
    const base = document(SAME);
    const image = { ...base, inputs: [{ type: "WorkflowImage", name: "x" }] };
    expect(issuesOf(image).map(({ code }) => code)).toEqual(["COMPILE_KIND_MISMATCH"]);
  });

  it("in an output of the name that the step needs", () => {
    const body = workflow(SAME["steps"] as Entry[], { result: "$steps.a.out" });
    expect(issuesOf(document(body)).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('has an output "result"'),
    );
  });
});
