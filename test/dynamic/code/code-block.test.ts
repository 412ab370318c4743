import { describe, expect, it } from "vitest";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { type OpenOptions, openPlan } from "../../helpers/open-plan.ts";
import { anything, type CodeBlockOptions, codeBlock } from "../code-in-a-definition.ts";

type Entry = Record<string, unknown>;

const two = [
  { type: "Code", name: "s", value: "$inputs.x" },
  { type: "Code", name: "t", value: "$inputs.x" },
];

/** One step `s` of a block with that code on the frames. */
function open(
  source: string,
  block: CodeBlockOptions = {},
  options: OpenOptions = {},
  steps: Entry[] = two.slice(0, 1),
) {
  const outputs = Object.fromEntries(steps.map(({ name }) => [name, `$steps.${name}.out`]));
  const document = { ...documentOf(steps, outputs), dynamic_blocks_definitions: [codeBlock("Code", source, block)] };
  return openPlan(document, options);
}

const outOf = async (runs: Promise<{ rows: Entry[] }>) => (await runs).rows.map((row) => row["s"]);

describe("a block of JavaScript", () => {
  it("gets its inputs by name and returns its outputs", async () => {
    const { run } = open("function run({ value }) { return { out: value * 2 }; }");
    expect(await outOf(run({ x: [1, null, 3] }))).toEqual([2, null, 6]);
  });

  it("may answer later", async () => {
    const { run } = open("async function run({ value }) { return { out: value * 2 }; }");
    expect(await outOf(run({ x: [1, 2] }))).toEqual([2, 4]);
  });

  it("has variables that live over the runs and belong to one step of one runner", async () => {
    const source = "let n = 0;\nfunction run() { n += 1; return { out: n }; }";
    const { run } = open(source, {}, {}, two);
    await run({ x: [1, 1] });
    expect((await run({ x: [1] })).rows).toEqual([{ s: 3, t: 3 }]);
    const again = open(source, {}, {}, two);
    expect((await again.run({ x: [1] })).rows).toEqual([{ s: 1, t: 1 }]);
  });

  it("sees the elements of overlapping batches in order", async () => {
    const source = `
      const seen = [];
      async function run({ value }) {
        await new Promise((resume) => setTimeout(resume, value));
        seen.push(value);
        return { out: [...seen] };
      }`;
    const { run } = open(source);
    const runs = [run({ x: [4, 0] }), run({ x: [2] })];
    expect(await outOf(runs[1] as (typeof runs)[0])).toEqual([[4, 0, 2]]);
  });

  it("finds what init returned, its step and its source on self", async () => {
    const { run } = open("function run(inputs, self) { return { out: [self.initResults, self.step, self.source] }; }", {
      code: { init_function_code: "function init() { return { limit: 3 }; }" },
    });
    expect(await outOf(run({ x: [1, 2] }, { sources: ["door", "gate"] }))).toEqual([
      [{ limit: 3 }, "s", "door"],
      [{ limit: 3 }, "s", "gate"],
    ]);
  });

  it("finds an empty object of results without init", async () => {
    const { run } = open("const run = (inputs, self) => ({ out: self.initResults });");
    expect(await outOf(run({ x: [1] }))).toEqual([{}]);
  });

  it("may name its functions as it likes, and use in init what stands beside run", async () => {
    const { run } = open("const start = 40;\nfunction $count(inputs, self) { return { out: self.initResults }; }", {
      code: {
        run_function_name: "$count",
        init_function_name: "prepare",
        init_function_code: "const prepare = () => start + 2;",
      },
    });
    expect(await outOf(run({ x: [1] }))).toEqual([42]);
  });

  it("may end in a comment", async () => {
    const { run } = open("function run() { return { out: 1 }; } // the end", {
      code: { init_function_code: "function init() {} // the end" },
    });
    expect(await outOf(run({ x: [1] }))).toEqual([1]);
  });

  it("has defaults for what a step does not give", async () => {
    const inputs = {
      value: anything,
      least: { ...anything, selector_types: ["input_parameter"], has_default_value: true, default_value: 100 },
      unit: { ...anything, is_optional: true },
    };
    const { run } = open("const run = ({ least, unit }) => ({ out: [least, unit ?? null] });", { inputs });
    expect(await outOf(run({ x: [1] }))).toEqual([[100, null]]);
  });

  it("makes a list of elements where it goes one level down", async () => {
    const { run } = open("const run = ({ value }) => Array.from({ length: value }, (_, i) => ({ out: i }));", {
      manifest: { output_dimensionality_offset: 1 },
    });
    expect(await outOf(run({ x: [2, 0, 1] }))).toEqual([[0, 1], [], [0]]);
  });

  it("gets a list where it goes one level up", async () => {
    const steps = [
      { type: "explode", name: "e", value: "$inputs.x" },
      { type: "Code", name: "s", value: "$steps.e.out" },
    ];
    const document = {
      ...documentOf(steps, { s: "$steps.s.out" }),
      dynamic_blocks_definitions: [
        codeBlock("Code", "const run = ({ value }) => ({ out: value.join() });", {
          manifest: { output_dimensionality_offset: -1 },
        }),
      ],
    };
    expect(await outOf(openPlan(document).run({ x: [2, 0, 1] }))).toEqual(["2-0,2-1", null, "1-0"]);
  });

  it("is called with missing values where it accepts them", async () => {
    const { run } = open("const run = ({ value }) => ({ out: value === null });", {
      manifest: { accepts_empty_values: true },
    });
    expect(await outOf(run({ x: [1, null] }))).toEqual([false, true]);
  });
});

describe("a block of JavaScript for whole batches", () => {
  const source = `
    let calls = 0;
    function run({ value, least }) {
      calls += 1;
      return value.map((one) => ({ out: [one, value.length, least, calls] }));
    }`;
  const least = { type: "DynamicInputDefinition", selector_types: ["input_parameter"], value_types: ["integer"] };
  const steps = (value: unknown) => [{ type: "Code", name: "s", value, least: "$inputs.p" }];
  const batch = { inputs: { value: anything, least }, manifest: { accepts_batch_input: true } };

  it("is called once, with lists for what data flows into and single values for the rest", async () => {
    const { run } = open(source, batch, {}, steps("$inputs.x"));
    expect(await outOf(run({ x: [7, null, 9], p: 5 }))).toEqual([[7, 2, 5, 1], null, [9, 2, 5, 1]]);
  });

  it("gets a list of one of a single value where it names an input", async () => {
    const manifest = { ...batch.manifest, batch_oriented_parameters: ["value"] };
    const { run } = open(source, { ...batch, manifest }, {}, steps(3));
    expect(await outOf(run({ p: 5 }))).toEqual([[3, 1, 5, 1]]);
  });

  it("takes batches where they are named, and refuses them elsewhere", async () => {
    const named = { inputs: { value: anything, least: anything }, manifest: { batch_oriented_parameters: ["value"] } };
    const { run } = open(source, named, {}, steps("$inputs.x"));
    expect(await outOf(run({ x: [7, 9], p: 5 }))).toEqual([
      [7, 2, 5, 1],
      [9, 2, 5, 1],
    ]);
    expect(() => open(source, named, {}, [{ type: "Code", name: "s", value: 1, least: "$inputs.x" }])).toThrow(
      '"least" takes one value for all elements, but $inputs.x is a batch',
    );
  });

  it("is reported when it does not return one result for each element", async () => {
    const { run } = open("const run = ({ value }) => [];", batch, { onError: "isolate" }, steps("$inputs.x"));
    expect((await run({ x: [7], p: 5 })).faults).toMatchObject([{ message: "returned 0 results for 1 elements" }]);
  });
});

describe("a failing block of JavaScript", () => {
  const faultOf = async (source: string, block: CodeBlockOptions = {}) => {
    const { rows, faults } = await open(source, block, { onError: "isolate" }).run({ x: [1] });
    expect(rows).toEqual([{ s: null }]);
    return faults[0];
  };

  it("is reported with the line of the user and the kind of error", async () => {
    expect(await faultOf("function run({ value }) {\n  const a = value;\n  return { out: a.b.c };\n}")).toEqual({
      step: "s",
      type: "Code",
      element: 0,
      code: "DYNAMIC_CODE",
      message:
        "dynamic block \"Code\": Error in line 3, column 21, in run: TypeError: Cannot read properties of undefined (reading 'c')",
      report: expect.stringContaining("> 3 |   return { out: a.b.c };"),
    });
  });

  it("is reported with the line also when it fails later, or in a function of its own", async () => {
    const source =
      "function check() {\n  throw new RangeError('too small');\n}\nasync function run() {\n  await null;\n  check();\n}";
    expect((await faultOf(source))?.message).toBe(
      'dynamic block "Code": Error in line 2, column 9, in run: RangeError: too small',
    );
  });

  it("may throw what is no error", async () => {
    expect((await faultOf("function run() { throw 'enough'; }"))?.message).toBe(
      'dynamic block "Code": Error in run: enough',
    );
  });

  it.each([
    ["nothing", "function run() {}", "returned nothing"],
    [
      "another output",
      "const run = () => ({ other: 1 });",
      "returned an object with other, expected an object with out",
    ],
    ["a bare value", "const run = () => 3;", "returned number, expected an object with out"],
  ])("is reported when it returns %s", async (_, source, message) => {
    expect((await faultOf(source))?.message).toBe(message);
  });

  it("goes on with its variables after it failed", async () => {
    const { run } = open(
      "let n = 0;\nfunction run({ value }) { n += 1; if (value === 0) throw new Error('zero'); return { out: n }; }",
      {},
      { onError: "isolate" },
    );
    expect(await outOf(run({ x: [1, 0, 1] }))).toEqual([1, null, 3]);
  });

  it("does not open when it fails while it is loaded, and tells line and part", () => {
    expect(() => open("const run = () => {};\nmissing();")).toThrow(
      'dynamic block "Code": Error in line 2, column 1, in load: ReferenceError: missing is not defined',
    );
    expect(() => open("const run = 3;")).toThrow('dynamic block "Code": "run" is number, expected a function');
    const failing = { code: { init_function_code: "function init() {\n  return missing;\n}" } };
    expect(() => open("const run = () => {};\n\n", failing)).toThrow(
      'dynamic block "Code": Error in line 2, column 3 of the init code, in init: ReferenceError: missing is not defined',
    );
  });
});
