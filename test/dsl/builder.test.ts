import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StepError } from "../../src/base/errors.ts";
import { direct, dynamic } from "../../src/dsl/dynamic.ts";
import { type FunctionStep, step } from "../../src/dsl/function-step.ts";
import { kind, out } from "../../src/dsl/kind.ts";
import { Pipeline, pipeline } from "../../src/dsl/pipeline.ts";
import type { Promised } from "../../src/dsl/promised.ts";

const add = step(
  { name: "add", inputs: { a: kind.float, b: kind.float }, outputs: { sum: kind.float } },
  ({ a, b }) => a + b,
);
const label = step(
  { name: "label", inputs: { value: kind.any }, outputs: { text: kind.string } },
  ({ value }) => `<${String(value)}>`,
);

const NUMBER = { inputs: { x: kind.float }, outputs: { y: kind.float } } as const;

function errorOf(run: () => unknown): StepError {
  try {
    run();
  } catch (error) {
    if (error instanceof StepError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("what a step will give", () => {
  const looks: Record<string, (promised: never) => unknown> = {
    arithmetic: (value) => (value as number) + 1,
    "a comparison": (value) => (value as number) > 1,
    "a text with it in": (value) => `${value as string}`,
    "a field of it": (value) => (value as { field: unknown }).field,
    "a loop over it": (value) => [...(value as Iterable<unknown>)],
    JSON: (value) => JSON.stringify(value),
    "spreading it": (value) => ({ ...(value as object) }),
    "looking for a key in it": (value) => "key" in (value as object),
    "a loop over its keys": (value) => Object.keys(value as object),
    "calling it": (value) => (value as () => unknown)(),
    "making something of it": (value) => new (value as new () => unknown)(),
    "freezing it": (value) => Object.freeze(value),
    "joining texts": (value) => [value].join(),
    "a number of it": (value) => Number(value),
    "asking what class it is of": (value) => (value as object) instanceof Date,
    "setting a field": (value) => {
      (value as { field: unknown }).field = 1;
    },
  };

  it.each(Object.entries(looks))("cannot be read by %s", (_, look) => {
    const { sum } = pipeline().step(add, { a: 1, b: 2 });
    const error = errorOf(() => look(sum as never));
    expect(error.code).toBe("DYN007");
    expect(error.message).toContain(
      'the output "sum" of step "add" has no value while the workflow is built; hand it to a step',
    );
  });

  it("cannot be waited for, nor can its step", async () => {
    const handle = pipeline().step(add, { a: 1, b: 2 });
    await expect((async () => await (handle.sum as unknown))()).rejects.toMatchObject({ code: "DYN007" });
    await expect((async () => await (handle as unknown))()).rejects.toMatchObject({ code: "DYN007" });
  });

  it("has to be one of the step's outputs", () => {
    const handle = pipeline().step(add, { a: 1, b: 2 });
    expect(errorOf(() => (handle as unknown as { total: unknown }).total).message).toContain("it has sum");
  });

  it("is of a kind, which types and the builder check", () => {
    const p = pipeline();
    const { text } = p.step(label, { value: 1 });
    // @ts-expect-error a text is no number
    expect(errorOf(() => p.step(add, { a: text, b: 1 }))).toMatchObject({
      code: "DYN004",
      message: expect.stringContaining('takes float for "a"'),
    });
    // @ts-expect-error an input is missing
    expect(errorOf(() => p.step(add, { a: 1 })).message).toContain('lacks its input "b"');
    // @ts-expect-error there is no such output
    expect(() => p.step(add, { a: 1, b: 2 }).total).toThrow();
    const value: Promised<"float"> = p.step(add, { a: 1, b: 2 }).sum;
    // @ts-expect-error what will be has no arithmetic
    expect(() => value + 1).toThrow();
  });

  it("stands in one workflow alone", () => {
    const { sum } = pipeline("other").step(add, { a: 1, b: 2 });
    const wrong = dynamic({ name: "wrong", ...NUMBER }, () => {
      const p = pipeline();
      return p.outputs({ y: p.step(add, { a: sum, b: 1 }).sum });
    });
    expect(errorOf(() => wrong.generate({ x: 1 })).message).toContain("which stands in another workflow");
  });
});

describe("a workflow that is built", () => {
  it("can be looked at without being run", () => {
    let ran = false;
    const touch = step({ name: "touch", inputs: {}, outputs: { done: kind.boolean } }, () => {
      ran = true;
      return true;
    });
    const touching = dynamic({ name: "touching", inputs: {}, outputs: { done: kind.boolean } }, () => {
      const p = pipeline("p");
      return p.outputs({ done: p.step(touch, {}).done });
    });
    const built = touching.expand({});
    expect(built).toBeInstanceOf(Pipeline);
    expect((built as Pipeline).nodes.map(({ name }) => name)).toEqual(["touch"]);
    expect(touching.generate({})).toMatchObject({
      type: "GeneratedWorkflow",
      name: "p",
      outputs: [{ name: "done", selector: "$steps.touch.o0" }],
    });
    expect(ran).toBe(false);
  });

  it("has names of its own for steps, and refuses one that is taken", () => {
    const p = pipeline();
    for (let i = 0; i < 3; i++) p.step(add, { a: i, b: 1 });
    expect(p.nodes.map(({ name }) => name)).toEqual(["add", "add_2", "add_3"]);
    p.step(add, { a: 1, b: 1 }, { name: "mine" });
    expect(errorOf(() => p.step(add, { a: 1, b: 1 }, { name: "mine" }))).toMatchObject({
      code: "DYN003",
      message: expect.stringContaining('"mine"'),
    });
  });

  it("stops at the limit of steps, not when memory ends", async () => {
    const endless = dynamic({ name: "endless", ...NUMBER, limits: { maxSteps: 10 } }, () => {
      const p = pipeline();
      for (;;) p.step(add, { a: 1, b: 1 });
    });
    await expect(endless.run({ x: 1 })).rejects.toMatchObject({
      code: "DYN006",
      message: expect.stringContaining("max_steps is 10"),
    });
    const open = dynamic({ name: "open", ...NUMBER }, () => {
      const p = pipeline();
      for (;;) p.step(add, { a: 1, b: 1 });
    });
    await expect(open.run({ x: 1 })).rejects.toMatchObject({ code: "DYN006" });
  });

  it("has no limits beyond those of definitions", async () => {
    const deep = dynamic({ name: "deep", ...NUMBER, limits: { maxDepth: 9 } }, (_, { x }) => x);
    expect(errorOf(() => deep.open())).toMatchObject({ code: "DYN006", message: expect.stringContaining("max_depth") });
  });

  it("takes blocks of the catalogue, by type or as they are, with the names of programs", async () => {
    const count = dynamic({ name: "count", inputs: { items: kind.list }, outputs: { n: kind.any } }, (_, { items }) => {
      const p = pipeline();
      const { output } = p.step("roboflow_core/property_definition@v1", {
        data: items,
        operations: [{ type: "SequenceLength" }],
      });
      return p.outputs({ n: output });
    });
    expect((await count.run({ items: [1, 2, 3] })).results.n).toBe(3);
  });

  it("runs steps in an order that no data asks for", async () => {
    const order: string[] = [];
    const note = step({ name: "note", inputs: { text: kind.string }, outputs: { text: kind.string } }, ({ text }) => {
      order.push(text);
      return text;
    });
    const ordered = dynamic({ name: "ordered", inputs: {}, outputs: { text: kind.string } }, () => {
      const p = pipeline();
      const late = p.step(note, { text: "late" });
      const early = p.step(note, { text: "early" });
      late.after(early);
      return p.outputs({ text: late.text });
    });
    await ordered.run({});
    expect(order).toEqual(["early", "late"]);
  });

  it("hands texts on that look like selectors", async () => {
    const texts = dynamic({ name: "texts", inputs: {}, outputs: { text: kind.string } }, () => {
      const p = pipeline();
      return p.outputs({ text: p.step(label, { value: "$inputs.nothing" }).text });
    });
    expect((await texts.run({})).results.text).toBe("<$inputs.nothing>");
  });

  it("waits for functions that answer later, and tells of those that fail", async () => {
    const later = step({ name: "later", inputs: { x: kind.float }, outputs: { y: kind.float } }, async ({ x }) => {
      await Promise.resolve();
      if (x < 0) throw new Error("negative");
      return Math.sqrt(x);
    });
    const root = dynamic({ name: "root", ...NUMBER }, (_, { x }) => {
      const p = pipeline();
      return p.outputs({ y: p.step(later, { x }).y });
    });
    expect((await root.run({ x: 9 })).results.y).toBe(3);
    await expect(root.run({ x: -1 })).rejects.toMatchObject({
      code: "DYN009",
      message: expect.stringMatching(/later: negative/),
    });
    const told = await root.run({ x: -1 }, { onError: "empty" });
    expect(told).toMatchObject({
      status: "failed",
      expanded: true,
      results: { y: null },
      errors: [expect.stringContaining("negative")],
    });
  });
});

it("a failure may be answered with the outputs of the last good run", async () => {
  const roots = dynamic({ name: "roots", ...NUMBER }, (_, { x }) => {
    if (x < 0) throw new RangeError("negative");
    return direct({ y: Math.sqrt(x) });
  });
  const runner = roots.open({ onError: "last" });
  expect(await runner.run({ x: -1 })).toMatchObject({ status: "failed", results: { y: null } });
  await runner.run({ x: 9 });
  expect(await runner.run({ x: -1 })).toMatchObject({ status: "failed", expanded: false, results: { y: 3 } });
  expect(await runner.run({ x: -1 }, "other camera")).toMatchObject({ status: "failed", results: { y: null } });
});

describe("what functions are given and give", () => {
  const total = step(
    { name: "total", inputs: { numbers: kind.list, named: kind.dictionary }, outputs: { sum: kind.float } },
    ({ numbers, named }) =>
      [...(numbers as number[]), ...(Object.values(named) as number[])].reduce((a, b) => a + b, 0),
  );

  it("are lists and maps of values and of what other steps will give", async () => {
    const sums = dynamic({ name: "sums", ...NUMBER }, (_, { x }) => {
      const p = pipeline();
      const [one, two] = [p.step(add, { a: x, b: 1 }).sum, p.step(add, { a: x, b: 2 }).sum];
      return p.outputs({ y: p.step(total, { numbers: [one, 10, two], named: { one, more: 100 } }).sum });
    });
    expect((await sums.run({ x: 1 })).results.y).toBe(2 + 10 + 3 + 2 + 100);
  });

  it("are texts in lists, whatever they look like", async () => {
    const join = step({ name: "join", inputs: ["parts"], outputs: ["text"] }, ({ parts }) => parts.join(" "));
    const joined = dynamic({ name: "joined", inputs: {}, outputs: { text: kind.any } }, () => {
      const p = pipeline();
      const text = p.step(label, { value: "$steps.a.b" }).text;
      return p.outputs({ text: p.step(join, { parts: ["$inputs.x", text] }).text });
    });
    expect((await joined.run({})).results.text).toBe("$inputs.x <$steps.a.b>");
  });

  it("may be made again by every call: the workflow is compiled once and calls the newest function", async () => {
    const scaling = dynamic({ name: "scaling", ...NUMBER }, (_, { x }) => {
      const p = pipeline();
      p.addStep(step({ name: "scale", outputs: ["y"] }, () => x * 10));
      return p;
    });
    const runs = [];
    for (const x of [1, 2, 3]) runs.push(await scaling.run({ x }));
    expect(runs.map(({ results }) => results.y)).toEqual([10, 20, 30]);
    expect(runs.map(({ cacheHit }) => cacheHit)).toEqual([false, true, true]);
    expect(new Set(runs.map(({ shapeKey }) => shapeKey)).size).toBe(1);
    const together = await Promise.all([4, 5, 6].map((x) => scaling.run({ x })));
    expect(together.map(({ results }) => results.y)).toEqual([40, 50, 60]);
  });

  it("are returned by the function that builds, as promises", async () => {
    const one = dynamic({ name: "one", ...NUMBER }, (_, { x }) => pipeline().step(add, { a: x, b: 1 }).sum);
    expect((await one.run({ x: 1 })).results).toEqual({ y: 2 });
    const outputs = { y: kind.float, z: kind.float } as const;
    const two = dynamic({ name: "two", inputs: {}, outputs }, () => {
      const p = pipeline();
      return { y: p.step(add, { a: 1, b: 1 }).sum, z: p.step(add, { a: 2, b: 2 }).sum };
    });
    expect((await two.run({})).results).toEqual({ y: 2, z: 4 });
    const lost = dynamic({ name: "lost", inputs: {}, outputs }, () => pipeline().step(add, { a: 1, b: 1 }).sum);
    await expect(lost.run({})).rejects.toMatchObject({ code: "DYN002" });
  });

  it("are texts of the data that do not become selectors of blocks", () => {
    const stolen = dynamic(
      { name: "stolen", inputs: { text: kind.string }, outputs: { out: kind.any } },
      (_, { text }) => {
        const p = pipeline();
        return p.outputs({
          out: p.step("roboflow_core/property_definition@v1", { data: text, operations: [] })["output"],
        });
      },
    );
    expect(errorOf(() => stolen.generate({ text: "$inputs.secret" })).message).toContain("is a selector there");
  });
});

describe("a step for each item", () => {
  const squares = dynamic(
    {
      name: "squares",
      inputs: { numbers: kind.list, plus: kind.float },
      outputs: { all: out(kind.any, { offset: 1 }) },
    },
    (_, { numbers, plus }) => {
      const multiply = step(
        { name: "multiply", inputs: { a: kind.any, b: kind.any }, outputs: { product: kind.float } },
        ({ a, b }) => Number(a) * Number(b),
      );
      const p = pipeline();
      const mapped = p.map(
        numbers,
        (item, body, shared) => {
          const { product } = body.step(multiply, { a: item, b: item });
          return {
            value: body.step(
              step(
                { name: "plus", inputs: { a: kind.any, b: kind.any }, outputs: { sum: kind.float } },
                ({ a, b }) => Number(a) + Number(b),
              ),
              { a: product, b: shared["plus"] as Promised<"*"> },
            ).sum,
          };
        },
        { with: { plus } },
      );
      return p.outputs({ all: mapped.value });
    },
  );

  it.each([[[]], [[3]], [[1, 2, 3]]])("runs its body for %j", async (numbers) => {
    expect((await squares.run({ numbers, plus: 1 })).results.all).toEqual(numbers.map((n: number) => n * n + 1));
  });
});

describe("a part", () => {
  it("is put in its place, with its inputs bound and names of its own", async () => {
    const doubled = pipeline("doubled");
    const x = doubled.input("x", "float");
    doubled.outputs({ y: doubled.step(add, { a: x, b: x }).sum });
    const four = dynamic({ name: "four", ...NUMBER }, (_, { x: value }) => {
      const p = pipeline();
      const once = p.use(doubled, { x: value });
      const twice = p.use(doubled, { x: once["y"] });
      return p.outputs({ y: twice["y"] });
    });
    const { results, subPipeline } = await four.run({ x: 3 });
    expect(results.y).toBe(12);
    expect(subPipeline?.steps.map(({ name }) => name)).toEqual(["doubled_add", "doubled_add_2"]);
    expect(errorOf(() => pipeline().use(doubled, {})).message).toContain('lacks its input "x"');
  });
});

describe("a dynamic step in another", () => {
  const inner = dynamic({ name: "inner", ...NUMBER }, (_, { x }) => {
    const p = pipeline();
    return x > 10 ? direct({ y: x }) : p.outputs({ y: p.step(add, { a: x, b: 100 }).sum });
  });
  const outer = dynamic({ name: "outer", ...NUMBER, limits: { maxDepth: 2 } }, (_, { x }) => {
    const p = pipeline();
    const { sum } = p.step(add, { a: x, b: 1 });
    return p.outputs({ y: p.dynamic(inner, { x: sum }).y });
  });

  it("gets the value that was promised", async () => {
    expect((await outer.run({ x: 1 })).results.y).toBe(102);
    expect((await outer.run({ x: 20 })).results.y).toBe(21);
  });

  it("that makes itself needs leave", async () => {
    const own: ReturnType<typeof make> = make();
    function make() {
      return dynamic({ name: "again", ...NUMBER }, (_, { x }): unknown => {
        const p = pipeline();
        return p.outputs({ y: p.dynamic(own, { x }).y });
      });
    }
    await expect(own.run({ x: 1 })).rejects.toMatchObject({ message: expect.stringContaining("recursive") });
  });
});

describe("what is not a workflow", () => {
  const single = (value: unknown) =>
    dynamic({ name: "single", inputs: {}, outputs: { out: out(kind.any, { optional: true }) } }, () => value);

  it.each([
    ["a value", 5, 5],
    ["an object of the outputs", { out: 6 }, 6],
    ["what is said to be direct", direct({ out: 7 }), 7],
    ["nothing", undefined, null],
  ])("is the result: %s", async (_, value, expected) => {
    const result = await single(value).run({});
    expect(result).toMatchObject({
      expanded: false,
      results: { out: expected },
      status: expected === null ? "empty" : "ok",
    });
  });

  it("is no promise: an async function must build at once", async () => {
    await expect(single(Promise.resolve(1)).run({})).rejects.toMatchObject({
      code: "DYN002",
      message: expect.stringContaining("async"),
    });
  });
});

// What went wrong with the workflows that this form is taken from, as tried there.
describe("none of the faults of its model", () => {
  it("an input that the parent declares is bound by its name", async () => {
    const named = dynamic(
      { name: "named", inputs: { config: kind.dictionary }, outputs: { n: kind.any } },
      (_, { config }) => direct({ n: config["n"] }),
    );
    expect((await named.run({ config: { n: 4 } })).results.n).toBe(4);
  });

  it("a failing inner step fails the step, and is named", async () => {
    const bad = step({ name: "bad", outputs: ["y"] }, () => {
      throw new Error("broken");
    });
    const failing = dynamic({ name: "failing", inputs: {}, outputs: { y: kind.any } }, () => {
      const p = pipeline();
      p.addStep(bad);
      return p;
    });
    await expect(failing.run({})).rejects.toMatchObject({
      code: "DYN009",
      message: expect.stringMatching(/bad: broken/),
    });
  });

  it("a loop that adds a step for each item runs all of them", async () => {
    const ran: number[] = [];
    const loop = dynamic({ name: "loop", inputs: {}, outputs: { all: kind.list } }, () => {
      const p = pipeline();
      const names = [1, 2, 3].map((n) => {
        p.addStep(
          step({ name: "train", outputs: [`m${n}`] }, () => {
            ran.push(n);
            return n;
          }),
        );
        return `m${n}`;
      });
      p.addStep(step({ name: "gather", inputs: names, outputs: ["all"] }, (values) => [Object.values(values)].flat()));
      return p;
    });
    expect((await loop.run({})).results.all).toEqual([1, 2, 3]);
    expect(ran).toEqual([1, 2, 3]);
  });

  it("a consumer gets the output, not the wrapper around it", async () => {
    const first = dynamic({ name: "first", ...NUMBER }, (_, { x }) => direct({ y: x + 1 }));
    const second = dynamic({ name: "second", ...NUMBER }, (_, { x }) => {
      const p = pipeline();
      return p.outputs({ y: p.step(add, { a: p.dynamic(first, { x }).y, b: 10 }).sum });
    });
    expect((await second.run({ x: 1 })).results.y).toBe(12);
  });

  it("an output that two steps give, or none, is no guess", async () => {
    const twice = dynamic({ name: "twice", inputs: {}, outputs: { y: kind.any } }, () => {
      const p = pipeline();
      p.addStep(step({ name: "one", outputs: ["y"] }, () => 1));
      p.addStep(step({ name: "two", outputs: ["y"] }, () => 2));
      return p;
    });
    await expect(twice.run({})).rejects.toMatchObject({
      code: "DYN003",
      message: expect.stringContaining("both one and two give"),
    });
    const none = dynamic({ name: "none", inputs: {}, outputs: { y: kind.any } }, () => {
      const p = pipeline();
      p.addStep(step({ name: "one", outputs: ["z"] }, () => 1));
      return p;
    });
    await expect(none.run({})).rejects.toMatchObject({ code: "DYN008" });
    const missing = dynamic({ name: "missing", inputs: {}, outputs: { y: kind.any } }, () => {
      const p = pipeline();
      p.addStep(step({ name: "one", inputs: ["nothing"], outputs: ["y"] }, () => 1));
      return p;
    });
    await expect(missing.run({})).rejects.toMatchObject({
      code: "DYN003",
      message: expect.stringContaining('wants "nothing"'),
    });
  });
});

it("any graph of functions gives what calling them in order gives", async () => {
  const graph = fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.boolean()), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(graph, fc.integer({ min: -9, max: 9 }), async (edges, x) => {
      const times: FunctionStep<{ a: "float"; b: "float" }, { product: "float" }> = step(
        { name: "times", inputs: { a: kind.float, b: kind.float }, outputs: { product: kind.float } },
        ({ a, b }) => (a * b) % 97,
      );
      const values: number[] = [x];
      const made = dynamic({ name: "graph", ...NUMBER }, (_, inputs) => {
        const p = pipeline();
        const known: (number | Promised<"float">)[] = [inputs.x];
        for (const [i, j, isSum] of edges) {
          const [a, b] = [known[i % known.length], known[j % known.length]] as (number | Promised<"float">)[];
          known.push(
            isSum
              ? p.step(add, { a: a as number, b: b as number }).sum
              : p.step(times, { a: a as number, b: b as number }).product,
          );
        }
        return p.outputs({ y: known.at(-1) });
      });
      for (const [i, j, isSum] of edges) {
        const [a, b] = [values[i % values.length] as number, values[j % values.length] as number];
        values.push(isSum ? a + b : (a * b) % 97);
      }
      expect((await made.run({ x })).results.y).toBe(values.at(-1));
    }),
    { numRuns: 50 },
  );
});
