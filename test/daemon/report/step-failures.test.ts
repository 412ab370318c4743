import { expect, test } from "vitest";
import { StepFailures } from "../../../src/daemon/report/step-failures.ts";

test("failures of steps are counted by step and code, whatever the steps are called", () => {
  const failures = new StepFailures();
  for (const [step, code] of [
    ["count", "DYNAMIC_CODE"],
    ["count", "DYNAMIC_CODE"],
    ["count", "DYNAMIC_TIMEOUT"],
    ["__proto__", "STEP_FAILED"],
  ] as const) {
    failures.add({ step, code });
  }
  expect(Object.entries(failures.counts())).toEqual([
    ["count", { DYNAMIC_CODE: 2, DYNAMIC_TIMEOUT: 1 }],
    ["__proto__", { STEP_FAILED: 1 }],
  ]);
});
