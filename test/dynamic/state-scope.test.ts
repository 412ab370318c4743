import { describe, expect, it } from "vitest";
import { type CodeRuntime, openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { codeBlock } from "./code-in-a-definition.ts";

const COUNT = "let n = 0;\nfunction run() { n += 1; return { out: n }; }";
const steps = [
  { type: "Code", name: "s", value: "$inputs.x" },
  { type: "Code", name: "t", value: "$inputs.x" },
];
const quiet = (): CodeRuntime => openCodeRuntime({ stateDirectory: null, report: () => {} });

/** Steps `s` and `t` of a block whose code counts its calls. */
function open(stateScope: string | null, source = COUNT, runtime = quiet(), manifest: Record<string, unknown> = {}) {
  const code = stateScope === null ? {} : { state_scope: stateScope };
  const blocks = [codeBlock("Code", source, { code, manifest })];
  const document = {
    ...documentOf(steps, { s: "$steps.s.out", t: "$steps.t.out" }),
    dynamic_blocks_definitions: blocks,
  };
  return openPlan(document, { runtime });
}

async function rowsOf({ run }: ReturnType<typeof open>, sources: string[]) {
  return (await run({ x: sources }, { sources })).rows.map(({ s, t }) => [s, t]);
}

describe("the variables of a code block", () => {
  it("belong to one step unless told otherwise, whatever camera the frame is of", async () => {
    const plan = open(null);
    expect(await rowsOf(plan, ["door", "gate"])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await rowsOf(plan, ["door"])).toEqual([[3, 3]]);
  });

  it("belong to one step and one camera where the scope is the source", async () => {
    const plan = open("source");
    expect(await rowsOf(plan, ["door", "gate"])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(await rowsOf(plan, ["gate", "yard"])).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  it("are shared by all steps of the block where the scope is the block", async () => {
    const plan = open("block");
    expect(await rowsOf(plan, ["door", "gate"])).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it("of a block without variables of its own stay apart on each step's self", async () => {
    const source = "function run(inputs, self) { self.n = (self.n ?? 0) + 1; return { out: self.step + self.n }; }";
    const plan = open("block", source);
    await rowsOf(plan, ["door"]);
    expect(await rowsOf(plan, ["door"])).toEqual([["s2", "t2"]]);
  });

  it("live on in a plan that is opened again with the same code, and end when the code changes", async () => {
    const runtime = quiet();
    await rowsOf(open("step", COUNT, runtime), ["door"]);
    expect(await rowsOf(open("step", COUNT, runtime), ["door"])).toEqual([[2, 2]]);
    expect(await rowsOf(open("step", `${COUNT}\n// the same, but for this`, runtime), ["door"])).toEqual([[1, 1]]);
    expect(await rowsOf(open("step", COUNT, runtime), ["door"])).toEqual([[1, 1]]);
  });

  it("are made once for each camera: code that is loaded to see whether it can be is not loaded again", async () => {
    const loads: string[] = [];
    const runtime = openCodeRuntime({
      stateDirectory: null,
      report: (event) => loads.push(event.type),
    });
    const plan = open("source", `console.log("loaded");\n${COUNT}`, runtime);
    expect(loads).toHaveLength(2);
    await rowsOf(plan, ["door"]);
    expect(loads).toHaveLength(2);
    await rowsOf(plan, ["gate"]);
    expect(loads).toHaveLength(4);
  });
});

describe("the variables of a code block for whole batches", () => {
  const batch = { accepts_batch_input: true, batch_oriented_parameters: ["value"] };
  const source = `
    let calls = 0;
    const run = ({ value }, self) => {
      calls += 1;
      return value.map((one) => ({ out: [one, calls, self.sources.join()] }));
    };`;

  it("serve a batch of several cameras in one call", async () => {
    expect(await rowsOf(open("step", source, quiet(), batch), ["door", "gate", "door"])).toEqual(
      ["door", "gate", "door"].map((one) => new Array(2).fill([one, 1, "door,gate,door"])),
    );
  });

  it("serve the elements of each camera in a call of their own where the scope is the source", async () => {
    const plan = open("source", source, quiet(), batch);
    await rowsOf(plan, ["gate"]);
    const [door, gate] = [
      ["door", 1, "door,door"],
      ["gate", 2, "gate"],
    ];
    expect(await rowsOf(plan, ["door", "gate", "door"])).toEqual([door, gate, door].map((one) => [one, one]));
  });

  it("serve them also when the answers come later, and a camera's wrong number of results is reported", async () => {
    const later = open("source", source.replace("const run = (", "const run = async ("), quiet(), batch);
    expect((await rowsOf(later, ["door", "gate"])).map(([s]) => s)).toEqual([
      ["door", 1, "door"],
      ["gate", 1, "gate"],
    ]);
    const wrong = open("source", "const run = ({ value }) => value.slice(1);", quiet(), batch);
    await expect(rowsOf(wrong, ["door", "gate"])).rejects.toThrow("returned 0 results for 1 elements of a camera");
  });
});
