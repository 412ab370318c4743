import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Block } from "../../src/blocks/contract/block.ts";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef } from "../../src/blocks/contract/fields.ts";
import { documentOf, gate } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";

const base = defineBlock({
  summary: "Block of the test.",
  example: {},
  type: "odd",
  inputs: z.object({ value: orRef(z.unknown(), "*") }),
  outputs: { out: "*", second: "*" },
  run: () => null,
});

/** Runs one step of a block that is not what its declaration says, isolated, on the frames 1 and 2. */
async function outcome(block: Partial<Block>, x: unknown[] = [1, 2]) {
  const steps = [{ type: "odd", name: "s", value: "$inputs.x" }];
  const outputs = Object.keys({ ...base, ...block }.outputs).length === 0 ? {} : { out: "$steps.s.out" };
  const { run } = openPlan(documentOf(steps, { ...outputs, x: "$inputs.x" }), {
    blocks: [{ ...base, ...block }],
    onError: "isolate",
  });
  const { rows, faults } = await run({ x });
  return {
    out: rows.map((row) => row["out"]),
    faults: faults.map(({ element, code, message }) => ({ element, code, message })),
  };
}

const result = (element: number | null, message: string) => ({ element, code: "STEP_RESULT", message });

describe("a failing block", () => {
  const failing = (fails: (value: unknown) => boolean): Partial<Block> => ({
    run: ({ value }) => {
      if (fails(value)) throw new RangeError(`no ${value}`);
      return { out: value, second: 0 };
    },
  });

  it("makes its element's outputs null and is reported, when failures are isolated", async () => {
    expect(await outcome(failing((value) => value === 2))).toEqual({
      out: [1, null],
      faults: [{ element: 1, code: "STEP_FAILED", message: "no 2" }],
    });
  });

  it("is isolated also when it fails later", async () => {
    const run: Block["run"] = async ({ value }) => {
      await new Promise((resume) => setImmediate(resume));
      if (value === 1) throw new RangeError("no 1");
      return { out: value, second: 0 };
    };
    expect(await outcome({ run })).toEqual({
      out: [null, 2],
      faults: [{ element: 0, code: "STEP_FAILED", message: "no 1" }],
    });
  });

  it("fails every element of a call for the whole batch", async () => {
    const failure = { code: "STEP_FAILED", message: "no model" };
    const faults = [
      { element: 0, ...failure },
      { element: 1, ...failure },
    ];
    const atOnce = () => {
      throw new RangeError("no model");
    };
    expect(await outcome({ run: null, runMany: atOnce })).toEqual({ out: [null, null], faults });
    expect(await outcome({ run: null, runMany: async () => atOnce() })).toEqual({ out: [null, null], faults });
  });

  it("names step, block and element where failures end the run", async () => {
    const { run } = openPlan(documentOf([{ type: "odd", name: "s", value: "$inputs.x" }], {}), {
      blocks: [{ ...base, ...failing((value) => value === 2) }],
    });
    await expect(run({ x: [1, 2] })).rejects.toMatchObject({
      name: "StepError",
      code: "STEP_FAILED",
      message: 'step "s" (odd) failed: no 2',
      details: { step: "s", type: "odd", element: 1 },
      cause: new RangeError("no 2"),
    });
  });

  it("leaves no rejection behind when one element fails at once and another later", async () => {
    const left: unknown[] = [];
    const note = (reason: unknown) => left.push(reason);
    process.on("unhandledRejection", note);
    const mixed: Block["run"] = ({ value }) => {
      if (value === 2) throw new RangeError("no 2");
      return new Promise((_, reject) => setImmediate(() => reject(new RangeError("no 1"))));
    };
    const { run } = openPlan(documentOf([{ type: "odd", name: "s", value: "$inputs.x" }], {}), {
      blocks: [{ ...base, run: mixed }],
    });
    await expect(run({ x: [1, 2] })).rejects.toThrow(/no [12]/);
    for (let i = 0; i < 3; i++) await new Promise((resume) => setImmediate(resume));
    process.off("unhandledRejection", note);
    expect(left).toEqual([]);
  });

  it("closes its gates where a flow-control block fails", async () => {
    const flow: Block["run"] = ({ value }) => {
      if (value === 2) throw new RangeError("no 2");
      return ["$steps.s"];
    };
    const steps = [
      { type: "odd", name: "g", value: "$inputs.x", next_steps: ["$steps.s"] },
      { type: "identity", name: "s", value: "$inputs.x" },
    ];
    const { run } = openPlan(documentOf(steps, { out: "$steps.s.out" }), {
      blocks: [{ ...gate, type: "odd", run: flow }],
      onError: "isolate",
    });
    expect((await run({ x: [1, 2] })).rows).toEqual([{ out: 1 }, { out: null }]);
  });

  it("counts as no element where its data belongs to no frame", async () => {
    const { run } = openPlan(documentOf([{ type: "odd", name: "s", value: "$inputs.p" }], {}), {
      blocks: [{ ...base, ...failing(() => true) }],
      onError: "isolate",
    });
    expect((await run({ p: 3 })).faults).toEqual([
      { step: "s", type: "odd", element: null, code: "STEP_FAILED", message: "no 3" },
    ]);
  });
});

describe("a block that returns what it did not declare", () => {
  it.each([
    ["nothing", undefined, "returned nothing"],
    ["a number", 3, "returned number, expected an object with out, second"],
    ["a list", [1], "returned a list of 1, expected an object with out, second"],
    ["an object without all outputs", { out: 1 }, "returned an object with out, expected an object with out, second"],
    ["an empty object", {}, "returned an object with nothing, expected an object with out, second"],
  ])("is reported: %s", async (_, answer, message) => {
    expect(await outcome({ run: () => answer }, [1])).toEqual({ out: [null], faults: [result(0, message)] });
  });

  it("loses only its own output where it gives what merely looks like detections", async () => {
    const broken = (value: unknown) => (value === 1 ? { kind: "detections", items: [null], parent: {} } : value);
    const { out, faults } = await outcome({ run: ({ value }) => ({ out: broken(value), second: 0 }) });
    expect(out).toEqual([null, 2]);
    expect(faults).toMatchObject([{ element: 0, code: "OUTPUT_MALFORMED" }]);
  });

  it("loses only its own output where it gives a value that holds itself", async () => {
    const endless: Record<string, unknown> = {};
    endless["self"] = endless;
    const { out, faults } = await outcome({ run: ({ value }) => ({ out: value === 1 ? endless : value, second: 0 }) });
    expect(out).toEqual([null, 2]);
    expect(faults).toMatchObject([{ element: 0, message: 'output "out" holds itself, or is nested too deeply' }]);
  });

  it("may return null for an element, and more than it declared", async () => {
    expect(await outcome({ run: () => null }, [1])).toEqual({ out: [null], faults: [] });
    expect(await outcome({ run: () => ({ out: 1, second: 2, third: 3 }) }, [1])).toEqual({ out: [1], faults: [] });
  });

  it("may return nothing where it declared nothing", async () => {
    expect((await outcome({ outputs: {}, run: () => undefined })).faults).toEqual([]);
  });

  it.each([
    ["too few results", [null], "returned 1 results for 2 elements"],
    ["no list", { out: 1 }, "returned object for 2 elements"],
  ])("is reported for every element of a batch: %s", async (_, answers, message) => {
    expect(await outcome({ run: null, runMany: () => answers })).toEqual({
      out: [null, null],
      faults: [result(0, message), result(1, message)],
    });
  });

  it("is reported when a list of new elements is none or holds none", async () => {
    expect(await outcome({ outputOffset: 1, run: ({ value }) => (value === 1 ? { out: 1 } : [{ out: 1 }]) })).toEqual({
      out: [[], [null]],
      faults: [
        result(0, "returned an object with out, expected a list of objects"),
        result(1, "returned an object with out, expected an object with out, second"),
      ],
    });
  });

  it("is reported when a flow-control block does not name steps", async () => {
    const steps = [
      { type: "odd", name: "g", value: "$inputs.x" },
      { type: "identity", name: "s", value: "$inputs.x" },
    ];
    const { run } = openPlan(documentOf(steps, { out: "$steps.s.out" }), {
      blocks: [{ ...base, outputs: {}, flow: true, run: () => "$steps.s" }],
      onError: "isolate",
    });
    expect(await run({ x: [1] })).toMatchObject({
      rows: [{ out: 1 }],
      faults: [{ element: 0, message: "returned string, expected a list of the steps that may run" }],
    });
  });

  it("is reported when the results of children are not as many as the children", async () => {
    const steps = [
      { type: "explode", name: "e", value: "$inputs.x" },
      { type: "to_few", name: "s", parent: "$inputs.x", children: "$steps.e.out" },
    ];
    const few = defineBlock({
      summary: "Block of the test.",
      example: {},
      type: "to_few",
      inputs: z.object({ parent: orRef(z.unknown(), "*"), children: orRef(z.unknown(), "*") }),
      outputs: { out: "*" },
      offsets: { parent: 0, children: 1 },
      reference: "children",
      run: () => null,
    });
    const { run } = openPlan(documentOf(steps, { out: "$steps.s.out" }), {
      blocks: [{ ...few, run: () => [{ out: 1 }] }],
      onError: "isolate",
    });
    expect(await run({ x: [1, 2] })).toMatchObject({
      rows: [{ out: [1] }, { out: [null, null] }],
      faults: [{ element: 1, message: "returned 1 results for 2 elements" }],
    });
  });
});
