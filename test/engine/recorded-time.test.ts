import { expect, test } from "vitest";
import { frame } from "../blocks/values.ts";
import { openPlan } from "../helpers/open-plan.ts";

// Delays of steps that see no image, in frames of a recording that the engine runs through at once.

/** What comes of an output at these seconds of a recording. */
async function outputsAt(seconds: readonly number[], steps: Record<string, unknown>[], selector: string) {
  const { run } = openPlan({
    version: "1.4.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowBatchInput", name: "value" },
    ],
    steps,
    outputs: [{ type: "JsonField", name: "out", selector }],
  });
  const found: unknown[] = [];
  for (const [i, clockS] of seconds.entries()) {
    const image = [frame(i, { comesFromVideoFile: true, clockS })];
    found.push((await run({ image, value: [i] }, { sources: ["film"] })).rows[0]?.["out"]);
  }
  return found;
}

const LOG = { type: "roboflow_core/current_time@v1", name: "log" };

test("a rate limiter without a reference image counts them", async () => {
  const limiter = { type: "roboflow_core/rate_limiter@v1", name: "limit", depends_on: "$inputs.value" };
  const steps = [{ ...limiter, cooldown_seconds: 60, next_steps: ["$steps.log"] }, LOG];
  const dates = await outputsAt([0, 30, 60, 119, 120], steps, "$steps.log.date");
  expect(dates.map((date) => date !== null)).toEqual([true, false, true, false, true]);
});

test("a condition stays open for them", async () => {
  const isFirst = {
    type: "BinaryStatement",
    left_operand: { type: "DynamicOperand", operand_name: "value" },
    comparator: { type: "(Number) ==" },
    right_operand: { type: "StaticOperand", value: 0 },
  };
  const gate = {
    type: "roboflow_core/continue_if@v1",
    name: "gate",
    condition_statement: { type: "StatementGroup", statements: [isFirst] },
    evaluation_parameters: { value: "$inputs.value" },
    stop_delay: 10,
    next_steps: ["$steps.log"],
  };
  const dates = await outputsAt([0, 5, 10, 11], [gate, LOG], "$steps.log.date");
  expect(dates.map((date) => date !== null)).toEqual([true, true, true, false]);
});

test("sums over a stretch of time end with it", async () => {
  const hour = {
    type: "roboflow_core/data_aggregator@v1",
    name: "hour",
    data: { value: "$inputs.value" },
    aggregation_mode: { value: ["sum"] },
    interval: 1,
    interval_unit: "hours",
  };
  expect(await outputsAt([0, 1800, 3600, 3700], [hour], "$steps.hour.value_sum")).toEqual([null, null, 3, null]);
});
