import { describe, expect, it } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import type { Entry } from "./documents.ts";

function workflow(steps: Entry[], outputs: Record<string, string>): Entry {
  const list = Object.entries(outputs).map(([name, selector]) => ({ name, selector }));
  return { inputs: [{ type: "WorkflowBatchInput", name: "v" }], steps, outputs: list };
}

const says = (text: string) =>
  workflow(
    [
      { type: "list", name: "l", values: ["$inputs.v"] },
      { type: "identity", name: "t", value: text },
    ],
    {
      list: "$steps.l.out",
      text: "$steps.t.out",
    },
  );

function document(step: Entry, more: Entry = {}) {
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowBatchInput", name: "x" }],
    steps: [{ type: "millrace/switch@v1", name: "route", on: "$inputs.x", with: { v: "$inputs.x" }, ...step }],
    outputs: ["text", "result"].map((name) => ({ type: "JsonField", name, selector: `$steps.route.${name}` })),
    ...more,
  };
}

const FEW_OR_MANY = {
  cases: [
    { when: { lte: 3 }, workflow: "few" },
    { else: true, workflow: "many" },
  ],
  workflows: { few: says("few"), many: says("many") },
};

describe("a step with cases", () => {
  it("runs the workflow of the first that holds, for each element", async () => {
    const { rows } = await openPlan(document(FEW_OR_MANY)).run({ x: [1, 9, 3] });
    expect(rows.map(({ text }) => text)).toEqual(["few", "many", "few"]);
    expect(rows[1]?.["result"]).toEqual({ case: 1, status: "ok" });
  });

  it("runs the elements of one case as one batch, and no other workflow", async () => {
    const counting = workflow([{ type: "together", name: "t", a: "$inputs.v", b: 0 }], { text: "$steps.t.out" });
    const bad = workflow([{ type: "Bad", name: "b", value: "$inputs.v" }], { text: "$steps.b.out" });
    const cases = [
      { when: { gt: 100 }, workflow: bad },
      { else: true, workflow: counting },
    ];
    const more = { dynamic_blocks_definitions: [codeBlock("Bad", "function run() { throw new Error('ran'); }")] };
    const { rows, faults } = await openPlan(document({ cases }, more), { onError: "isolate" }).run({ x: [1, 200, 3] });
    expect(rows.map(({ text }) => text)).toEqual([[1, 0, 1, 0, 2], null, [3, 0, 1, 1, 2]]);
    expect(faults).toMatchObject([{ element: 1, code: "DYN009", message: expect.stringMatching(/^route#0\/b: /) }]);
  });

  it.each([
    [{ eq: 1 }, 1, true],
    [{ ne: 1 }, 1, false],
    [{ lt: 2, gte: 1 }, 1, true],
    [{ lt: 2, gte: 1 }, 2, false],
    [{ in: ["car", "bus"] }, "bus", true],
    [{ not_in: ["car"] }, "car", false],
    ["car", "car", true],
    [{ gt: 1 }, "2", false],
  ])("takes %j for %j: %j", async (when, value, expected) => {
    const { rows } = await openPlan(document({ cases: [{ when, workflow: says("yes") }] })).run({ x: [value] });
    expect(rows[0]).toMatchObject(expected ? { text: "yes" } : { text: null, result: { case: null, status: "empty" } });
  });

  it("gives an output that one of its workflows lacks as empty", async () => {
    const silent = workflow([{ type: "identity", name: "l", value: 1 }], {});
    const cases = [
      { when: 1, workflow: says("one") },
      { else: true, workflow: silent },
    ];
    expect((await openPlan(document({ cases })).run({ x: [1, 2] })).rows.map(({ text }) => text)).toEqual([
      "one",
      null,
    ]);
  });

  it("tells what is wrong with its cases", () => {
    const unknown = document({ cases: [{ when: 1, workflow: "none" }], workflows: { few: says("few") } });
    expect(issuesOf(unknown)[0]).toMatchObject({
      path: "/steps/0/cases/0/workflow",
      message: expect.stringContaining("does not have"),
      hint: "it has few",
    });
    const depths = document({
      cases: [
        { when: 1, workflow: says("a") },
        {
          else: true,
          workflow: workflow([{ type: "split", name: "s", value: "$inputs.v" }], { text: "$steps.s.out" }),
        },
      ],
    });
    expect(issuesOf(depths).map(({ message }) => message)).toContainEqual(
      expect.stringContaining("expected the same in all"),
    );
  });
});
