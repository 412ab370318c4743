import { afterEach, describe, expect, it, vi } from "vitest";
import { continueIfV1 } from "../../../src/blocks/flow/continue-if.ts";
import { detection, detectionsOf, imageOf, openStep } from "../../query/run.ts";

const next_steps = ["$steps.a", "$steps.b"];
const condition_statement = {
  type: "StatementGroup",
  statements: [
    {
      type: "UnaryStatement",
      operand: { type: "DynamicOperand", operand_name: "alarm" },
      operator: { type: "(Boolean) is True" },
    },
  ],
};

function at(seconds: number) {
  const video = {
    videoIdentifier: "camera",
    frameNumber: seconds * 10,
    frameTimestamp: 0,
    fps: 10,
    measuredFps: null,
    comesFromVideoFile: true,
  };
  return imageOf({ video });
}

afterEach(() => {
  vi.useRealTimers();
});

describe("continue_if", () => {
  it("opens where its example's condition holds", () => {
    const step = openStep(continueIfV1, continueIfV1.example);
    expect(step({ evaluation_parameters: { left: detectionsOf(detection()) } })).toEqual(["$steps.count"]);
    expect(step({ evaluation_parameters: { left: detectionsOf() } })).toEqual([]);
  });

  it("stays open for the delay on the video's clock, for each camera by itself", () => {
    const step = openStep(continueIfV1, { condition_statement, next_steps, stop_delay: 2 });
    const run = (seconds: number, alarm: boolean, source = "gate") => {
      const chosen = step({ evaluation_parameters: { alarm, image: at(seconds) } }, source);
      return (chosen as string[]).length;
    };
    expect(run(1, false)).toBe(0);
    expect(run(2, true)).toBe(2);
    expect(run(4, false)).toBe(2);
    expect(run(4, false, "yard")).toBe(0);
    expect(run(5, false)).toBe(0);
    expect(run(1, false)).toBe(0);
  });

  it("uses a clock that does not jump when no value is an image", () => {
    vi.useFakeTimers({ now: 1000 });
    const step = openStep(continueIfV1, { condition_statement, next_steps, stop_delay: 1 });
    expect(step({ evaluation_parameters: { alarm: true } })).toEqual(next_steps);
    vi.setSystemTime(9e12);
    vi.advanceTimersByTime(1000);
    expect(step({ evaluation_parameters: { alarm: false } })).toEqual(next_steps);
    vi.advanceTimersByTime(1);
    expect(step({ evaluation_parameters: { alarm: false } })).toEqual([]);
  });
});
