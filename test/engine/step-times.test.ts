import { expect, it } from "vitest";
import { StepTimes } from "../../src/engine/step-times.ts";

it("is the mean of the first times, and follows a step that takes longer from then on", () => {
  const times = new StepTimes(2);
  for (const ms of [1, 2, 3]) times.took(0, ms);
  expect(times.of(0)).toEqual({ runs: 3, meanMs: 2 });
  for (let i = 0; i < 200; i++) times.took(0, 10);
  expect(times.of(0).runs).toBe(203);
  expect(times.of(0).meanMs).toBeCloseTo(10, 1);
});

it("is nothing for a step that has not run", () => {
  expect(new StepTimes(1).of(0)).toEqual({ runs: 0, meanMs: 0 });
});
