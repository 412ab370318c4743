import { describe, expect, it, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { openPlan } from "../helpers/open-plan.ts";

const FAILING =
  "let calls = 0; function run({ value }) { calls++; if (value < 0) throw new Error('negative'); return { out: value * 100 + calls }; }";

function open(onError: string) {
  return openAll(onError).run;
}

function openAll(onError: string, source = FAILING) {
  const block = { ...codeBlock("Careful", source), on_error: onError };
  const document = {
    version: "1.0",
    inputs: [{ type: "WorkflowBatchInput", name: "x" }],
    steps: [
      { type: "Careful", name: "careful", value: "$inputs.x" },
      { type: "first_non_empty", name: "after", values: ["$steps.careful.out"] },
    ],
    outputs: ["careful.out", "after.out"].map((output) => ({
      type: "JsonField",
      name: output.split(".")[0],
      selector: `$steps.${output}`,
    })),
    dynamic_blocks_definitions: [block],
  };
  const plan = openPlan(document, { onError: "throw" });
  const once = (x: number, camera = "cam") => plan.run({ x: [x] }, { sources: [camera] });
  return {
    stoodFor: async (x: number) => (await once(x)).recovered?.map(({ standIn }) => standIn) ?? [],
    run: async (x: number, camera?: string) => {
      const { rows, recovered = [] } = await once(x, camera);
      return { ...rows[0], recovered: recovered.map(({ step, code }) => `${step} ${code}`) };
    },
  };
}

describe("a step whose code fails", () => {
  it("fails the run unless told otherwise", async () => {
    await expect(open("fail")(-1)).rejects.toThrow("negative");
  });

  it("gives empty outputs, and what follows runs on those", async () => {
    const run = open("empty");
    expect(await run(1)).toEqual({ careful: 101, after: 101, recovered: [] });
    expect(await run(-1)).toEqual({ careful: null, after: "none", recovered: ["careful DYNAMIC_CODE"] });
  });

  it("gives the last good outputs of the same camera", async () => {
    const run = open("last");
    expect((await run(-1)).recovered).toHaveLength(1);
    expect(await run(1, "a")).toMatchObject({ careful: 102 });
    expect(await run(2, "b")).toMatchObject({ careful: 203 });
    expect(await run(-1, "a")).toMatchObject({ careful: 102, after: 102 });
  });

  it("is suspended after five failures in a row, and tried again then", async () => {
    const clock = vi.spyOn(performance, "now");
    try {
      clock.mockReturnValue(1000);
      const run = open("empty");
      const told: number[] = [];
      for (let i = 0; i < 8; i++) told.push((await run(-1)).recovered.length);
      expect(told).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
      expect(await run(1)).toMatchObject({ careful: null });
      clock.mockReturnValue(7000);
      // Calls that were not made were not counted by the code.
      expect(await run(1)).toMatchObject({ careful: 106 });
      expect((await run(-1)).recovered).toHaveLength(1);
      expect(await run(1)).toMatchObject({ careful: 108 });
    } finally {
      clock.mockRestore();
    }
  });

  it("is reported with what replaces its outputs, how old that is and how long it is suspended", async () => {
    const clock = vi.spyOn(performance, "now");
    try {
      clock.mockReturnValue(1000);
      const { stoodFor } = openAll("last");
      expect(await stoodFor(-1)).toEqual([{ outputs: "empty" }]);
      expect(await stoodFor(1)).toEqual([]);
      clock.mockReturnValue(1250);
      for (let i = 0; i < 4; i++) expect(await stoodFor(-1)).toEqual([{ outputs: "last", ageMs: 250 }]);
      expect(await stoodFor(-1)).toEqual([{ outputs: "last", ageMs: 250, pausedMs: 5000 }]);
    } finally {
      clock.mockRestore();
    }
  });

  it("has failed as well when its outputs are not those of the block, which are no fallback later", async () => {
    const source = "function run({ value }) { return value < 0 ? { other: 1 } : { out: value }; }";
    const { run, stoodFor } = openAll("last", source);
    expect(await run(3)).toEqual({ careful: 3, after: 3, recovered: [] });
    expect(await run(-1)).toEqual({ careful: 3, after: 3, recovered: ["careful STEP_RESULT"] });
    expect(await run(-1)).toMatchObject({ careful: 3 });
    expect(await stoodFor(-1)).toMatchObject([{ outputs: "last" }]);
  });
});
