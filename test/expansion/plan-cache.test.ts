import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { modelRef, orRef, ref } from "../../src/blocks/contract/fields.ts";
import type { CodeEvent } from "../../src/dynamic/runtime/code-runtime.ts";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { type OpenOptions, openPlan } from "../helpers/open-plan.ts";
import { type DynamicOptions, dynamicWorkflow, type Entry, planDocument, type Told } from "./documents.ts";

// What is compiled once, and what state belongs to it. The code of these steps runs what its input says.

const RUN_INPUT = "function run({ value }) { return value; }";

const made = (steps: Entry[], out = "$steps.a.out", name = "made"): Entry => {
  return { type: "GeneratedWorkflow", name, steps, outputs: [{ name: "out", selector: out }] };
};
const identity = (value: unknown, name = "a"): Entry => ({ type: "identity", name, value });
const counter = (name = "a", more: Entry = {}): Entry => ({ type: "count", name, value: 1, ...more });

function open(options: DynamicOptions = {}, { blocks = [], ...more }: OpenOptions & { code?: Entry[] } = {}) {
  const document = planDocument(dynamicWorkflow("Plan", RUN_INPUT, options), { blocks: more.code ?? [] });
  const plan = openPlan(document, { onError: "isolate", blocks, ...more });
  return {
    plan,
    view: () => plan.expansion("plan"),
    async run(workflow: Entry, source = "cam") {
      const { rows, faults } = await plan.run({ x: [workflow] }, { sources: [source] });
      return { ...(rows[0] as { out: unknown; result: Told }), faults };
    },
  };
}

describe("a shape", () => {
  it("is compiled once", async () => {
    const { run, view } = open();
    for (let i = 0; i < 5; i++) expect((await run(made([identity(7)]))).out).toBe(7);
    expect(view()).toMatchObject({ calls: 5, hits: 4, misses: 1, shapes: [{ uses: 5, steps: 1 }] });
  });

  it.each([
    ["a number", identity(1), identity(2)],
    ["a truth value", identity(true), identity(false)],
    ["a list of numbers", identity([1, 2]), identity([3])],
    [
      "a number in a map",
      { type: "record", name: "a", values: { n: 1 } },
      { type: "record", name: "a", values: { n: 2 } },
    ],
  ])("is the same with another value of %s, which counts all the same", async (_, first, second) => {
    const { run } = open();
    const [before, after] = [await run(made([first as Entry])), await run(made([second as Entry]))];
    expect([before.result.cache_hit, after.result.cache_hit]).toEqual([false, true]);
    expect(after.out).toEqual((second as Entry)["values"] ?? (second as Entry)["value"]);
    expect(before.out).not.toEqual(after.out);
  });

  it("is the same with other names of steps", async () => {
    const { run } = open();
    await run(made([identity(1, "a"), identity("$steps.a.out", "b")], "$steps.b.out"));
    const { out, result } = await run(made([identity(5, "p"), identity("$steps.p.out", "q")], "$steps.q.out"));
    expect([out, result.cache_hit]).toEqual([5, true]);
  });

  it.each([
    ["text", identity("x"), identity("y")],
    ["kind of value", identity(1), identity("1")],
    ["block", identity(1), { type: "keep", name: "a", value: 1, of: [1] }],
    ["property", { type: "together", name: "a", a: 1, b: 2 }, { type: "together", name: "a", a: 1, b: 2, factor: 1 }],
    ["edge", identity("$inputs.value"), identity(1)],
    ["key", counter("a"), counter("a", { step_options: { key: "k" } })],
  ])("is another one with another %s", async (_, first, second) => {
    const { run } = open();
    await run(made([first as Entry], "$steps.a.*".replace("*", (first as Entry)["type"] === "count" ? "n" : "out")));
    const { result } = await run(
      made([second as Entry], (second as Entry)["type"] === "count" ? "$steps.a.n" : "$steps.a.out"),
    );
    expect(result.cache_hit).toBe(false);
  });

  it("of independent steps in another order is another one, with the same results", async () => {
    const { run, view } = open();
    const steps = [
      identity(1, "a"),
      identity(2, "b"),
      { type: "add", name: "c", a: "$steps.a.out", b: "$steps.b.out" },
    ];
    const [first, second] = [
      await run(made(steps, "$steps.c.sum")),
      await run(made([steps[1], steps[0], steps[2]] as Entry[], "$steps.c.sum")),
    ];
    expect([first.out, second.out]).toEqual([3, 3]);
    expect(view()?.misses).toBe(2);
  });

  it("cannot be forged by a text that looks like the rest of it", async () => {
    const { run } = open();
    await run(made([identity('x"\u0001identity\u0001value')]));
    const { out, result } = await run(made([identity("x"), identity("value", "b")]));
    expect([out, result.cache_hit]).toEqual(["x", false]);
  });

  it("is checked again when a lifted value changes to one that the block does not take", async () => {
    const bounded = defineBlock({
      type: "test/bounded@v1",
      summary: "Takes a share.",
      example: {},
      inputs: z.object({ share: orRef(z.number().min(0).max(1), "float") }),
      outputs: { out: "*" },
      run: ({ share }) => ({ out: share }),
    });
    const { run } = open({}, { blocks: [bounded] });
    const step = (share: number) => made([{ type: "test/bounded@v1", name: "a", share }]);
    expect((await run(step(0.5))).out).toBe(0.5);
    const { faults } = await run(step(2));
    expect(faults).toMatchObject([{ code: "DYN003", message: expect.stringContaining('step "a": "share" is 2') }]);
    expect((await run(step(0.25))).out).toBe(0.25);
  });

  it("runs once for all elements that have it, apart where their values differ", async () => {
    const { plan } = open();
    const workflow = (b: unknown) => made([{ type: "together", name: "a", a: "$inputs.value", b }], "$steps.a.out");
    const { rows } = await plan.run({
      x: [workflow("t"), made([identity(0)]), workflow("t"), workflow(1), workflow(2)],
    });
    const outs = rows.map(({ out }) => (Array.isArray(out) ? out.slice(1) : out));
    expect(outs).toEqual([["t", 1, 0, 2], 0, ["t", 1, 1, 2], [1, 1, 0, 1], [2, 1, 0, 1]]);
  });

  it("that failed fails again without being compiled", async () => {
    let compiled = 0;
    const counted = defineBlock({
      type: "test/counted@v1",
      summary: "Counts how often it is compiled.",
      example: {},
      inputs: z.object({ value: z.string().refine(() => ++compiled > 0 && false) }),
      outputs: { out: "*" },
      run: () => ({ out: 1 }),
    });
    const { run, view } = open({}, { blocks: [counted] });
    const wrong = made([{ type: "test/counted@v1", name: "a", value: "v" }]);
    const first = await run(wrong);
    const times = compiled;
    const second = await run(wrong);
    expect(first.faults[0]?.message).toBe(second.faults[0]?.message);
    expect(compiled).toBe(times);
    expect(view()).toMatchObject({
      misses: 1,
      hits: 1,
      failed: 2,
      shapes: [{ error: expect.stringContaining("faults") }],
    });
  });

  it("makes room for others, the least recently used first", async () => {
    const { run, view } = open({ rest: { limits: { max_plans: 2 } } });
    for (const text of ["a", "b", "a", "c"]) await run(made([identity(text)]));
    expect(view()).toMatchObject({ evictions: 1, shapes: [{ uses: 2 }, { uses: 1 }] });
    expect((await run(made([identity("a")]))).result.cache_hit).toBe(true);
    expect((await run(made([identity("b")]))).result.cache_hit).toBe(false);
  });

  it("shows its workflow when it changes, always or never", async () => {
    const shown = async (emit: string) => {
      const { run } = open({ rest: { emit_sub_pipeline: emit } });
      const results = [];
      for (const text of ["a", "a", "b", "a"])
        results.push((await run(made([identity(text)]))).result.sub_pipeline !== null);
      return results;
    };
    expect(await shown("on_change")).toEqual([true, false, true, true]);
    expect(await shown("always")).toEqual([true, true, true, true]);
    expect(await shown("never")).toEqual([false, false, false, false]);
  });
});

describe("a model that a workflow names", () => {
  const asking = defineBlock({
    type: "test/asking@v1",
    summary: "Names a model.",
    example: {},
    inputs: z.object({ model_id: modelRef("detect") }),
    outputs: { out: "*" },
    needs: ["models"],
    run: ({ model_id }) => ({ out: model_id }),
  });
  const workflow = (model: string) => made([{ type: "test/asking@v1", name: "a", model_id: model }]);

  it("is started before the workflow runs, once", async () => {
    const opened: string[] = [];
    const { run } = open({}, { blocks: [asking], openModel: async (id) => void opened.push(id) });
    for (const model of ["m", "n", "m"]) expect((await run(workflow(model))).out).toBe(model);
    expect(opened).toEqual(["m", "n"]);
  });

  it("is waited for, or not, as the step says", async () => {
    let start = () => {};
    const started = new Promise<void>((resolve) => {
      start = resolve;
    });
    const { run } = open(
      { rest: { on_cold: "last" } },
      { blocks: [asking], openModel: (id) => (id === "slow" ? started : Promise.resolve()) },
    );
    expect((await run(workflow("slow"))).result).toMatchObject({ status: "cold", results: { out: null } });
    await run(workflow("quick"));
    await expect.poll(async () => (await run(workflow("quick"))).out).toBe("quick");
    expect(await run(workflow("slow"))).toMatchObject({ out: "quick", result: { status: "cold", age_frames: 1 } });
    start();
    await expect.poll(async () => (await run(workflow("slow"))).out).toBe("slow");
  });

  it("that takes too long to start fails the frame, and the next finds it", async () => {
    let start = () => {};
    const started = new Promise<void>((resolve) => {
      start = resolve;
    });
    const { run } = open({ rest: { limits: { compile_ms: 20 } } }, { blocks: [asking], openModel: () => started });
    expect((await run(workflow("m"))).faults).toMatchObject([
      { code: "DYN010", message: expect.stringContaining("compile_ms") },
    ]);
    start();
    expect((await run(workflow("m"))).out).toBe("m");
  });

  it("that does not start is tried again with the next frame", async () => {
    let isBroken = true;
    const openModel = async () => {
      if (isBroken) throw new Error("no device");
    };
    const { run } = open({}, { blocks: [asking], openModel });
    expect((await run(workflow("m"))).faults).toMatchObject([{ message: expect.stringContaining("no device") }]);
    isBroken = false;
    expect((await run(workflow("m"))).out).toBe("m");
  });
});

describe("state", () => {
  it("belongs to the shape and the camera", async () => {
    const { run } = open();
    const one = made([counter()], "$steps.a.n");
    const other = made([counter(), identity("more", "b")], "$steps.a.n");
    const outs = [];
    for (const [workflow, source] of [
      [one, "p"],
      [other, "p"],
      [one, "p"],
      [one, "q"],
      [other, "p"],
    ] as const) {
      outs.push((await run(workflow, source)).out);
    }
    expect(outs).toEqual([1, 1, 2, 1, 2]);
  });

  it.each([
    ["a block", (more: Entry) => counter("a", more), "$steps.a.n"],
    ["code", (more: Entry) => ({ type: "Counter", name: "a", value: 1, ...more }), "$steps.a.out"],
  ])("of %s with a key does not depend on the shape", async (_, step, out) => {
    const code = [codeBlock("Counter", "let n = 0; function run() { return { out: ++n }; }")];
    const { run } = open({}, { code });
    const keyed = (key: string) => step({ step_options: { key } });
    const outs = [];
    for (const workflow of [
      [keyed("k")],
      [keyed("k"), identity("more", "b")],
      [keyed("l")],
      [identity("x", "c"), keyed("k")],
    ]) {
      outs.push((await run(made(workflow, out))).out);
    }
    expect(outs).toEqual([1, 2, 1, 3]);
  });

  it("of one key cannot belong to two steps of a workflow", async () => {
    const { run } = open();
    const steps = [counter("a", { step_options: { key: "k" } }), counter("b", { step_options: { key: "k" } })];
    expect((await run(made(steps, "$steps.a.n"))).faults).toMatchObject([
      { code: "DYN003", message: expect.stringContaining('the key "k"') },
    ]);
  });

  it("that made room is reported when its shape comes back, and at once in the log", async () => {
    const heard: CodeEvent[] = [];
    const { run } = open({ rest: { limits: { max_plans: 1 } } }, { heard: (event) => heard.push(event) });
    const one = made([counter()], "$steps.a.n");
    await run(one);
    await run(made([identity("x")]));
    expect(heard).toMatchObject([{ type: "expansion_state_evicted", step: "plan", count: 1 }]);
    expect(await run(one)).toMatchObject({ out: 1, result: { state_reset: true } });
    expect(await run(one)).toMatchObject({ out: 2, result: { state_reset: false } });
  });

  it("of a camera that is gone is forgotten", async () => {
    const { run, plan } = open();
    const one = made([counter()], "$steps.a.n");
    await run(one, "p");
    await run(one, "q");
    plan.runner.forget("p");
    expect([(await run(one, "p")).out, (await run(one, "q")).out]).toEqual([1, 2]);
  });
});

it("a step whose shapes keep changing says what varies", async () => {
  const heard: CodeEvent[] = [];
  const { run } = open({}, { heard: (event) => heard.push(event) });
  for (let i = 0; i < 20; i++) await run(made([identity(`text ${i}`)]));
  expect(heard).toEqual([{ type: "expansion_churn", step: "plan", shapes: 9, calls: 100, varying: "steps[0].value" }]);
});

it("a fault of the machine is tried once more where nothing has state", async () => {
  let calls = 0;
  const { MillraceError } = await import("../../src/base/errors.ts");
  const flaky = defineBlock({
    type: "test/flaky@v1",
    summary: "Fails every other time.",
    example: {},
    inputs: z.object({ value: ref("*") }),
    outputs: { out: "*" },
    run: ({ value }) => {
      if (++calls % 2 === 1) throw new MillraceError("MODEL_BUSY", "busy");
      return { out: value };
    },
  });
  const { run } = open({}, { blocks: [flaky] });
  const workflow = made([{ type: "test/flaky@v1", name: "a", value: "$inputs.value" }]);
  expect((await run(workflow)).faults).toEqual([]);
  const stateful = made([{ type: "test/flaky@v1", name: "a", value: "$inputs.value" }, counter("c")]);
  expect((await run(stateful)).faults).toMatchObject([{ code: "DYN009" }]);
});

it("a thousand shapes in a hundred thousand frames leave no more than the cache holds", async () => {
  const frames = Number(process.env["MILLRACE_SOAK_FRAMES"] ?? 100_000);
  const { run, view } = open({ rest: { limits: { max_plans: 32 }, emit_sub_pipeline: "never" } });
  const shapes = Array.from({ length: 1000 }, (_, i) =>
    made([identity(`s${i % 37}`), identity(`t${i}`, "b"), counter("c")], "$steps.c.n"),
  );
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  let seed = 1;
  let middle = 0;
  for (let i = 0; i < frames; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    // Most frames are of few shapes, as they are in life.
    await run(shapes[seed % 10 < 8 ? seed % 8 : seed % 1000] as Entry);
    if (i === Math.floor(frames / 2)) middle = heap();
  }
  expect(view()?.shapes.length).toBeLessThanOrEqual(32);
  expect(view()).toMatchObject({ calls: frames, failed: 0 });
  // Without a collection at will the heap holds garbage, which has no bound that a test could name.
  if (globalThis.gc !== undefined) expect(heap() - middle).toBeLessThan(5e6);
}, 600_000);
