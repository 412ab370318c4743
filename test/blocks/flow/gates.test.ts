import { afterEach, describe, expect, it, vi } from "vitest";
import { deltaFilterV1 } from "../../../src/blocks/flow/delta-filter.ts";
import { rateLimiterV1 } from "../../../src/blocks/flow/rate-limiter.ts";
import { switchCaseV1 } from "../../../src/blocks/flow/switch-case.ts";
import { imageOf, openStep } from "../../query/run.ts";

const next_steps = ["$steps.a"];
const video = {
  videoIdentifier: "camera",
  frameTimestamp: 0,
  fps: 10,
  measuredFps: null,
  comesFromVideoFile: true,
};
const frame = (frameNumber: number) => imageOf({ video: { ...video, frameNumber } });

afterEach(() => {
  vi.useRealTimers();
});

describe("delta_filter", () => {
  it("opens on the first value and on every change, for each camera by itself", () => {
    const step = openStep(deltaFilterV1, { next_steps });
    const isOpen = (value: unknown, source = "gate") => {
      return (step({ image: imageOf(), value }, source) as string[]).length === 1;
    };
    expect([1, 1, 2, 2, 1].map((value) => isOpen(value))).toEqual([true, false, true, false, true]);
    expect(isOpen(1, "yard")).toBe(true);
    expect(
      [
        [1, { a: 1 }],
        [1, { a: 1 }],
        [1, { a: 2 }],
      ].map((value) => isOpen(value)),
    ).toEqual([true, false, true]);
  });
});

describe("rate_limiter", () => {
  it("opens once in the cooldown on the video's clock, for each camera by itself", () => {
    const step = openStep(rateLimiterV1, { next_steps, cooldown_seconds: 1 });
    const run = (frameNumber: number, source = "gate") => {
      return (step({ depends_on: 1, video_reference_image: frame(frameNumber) }, source) as string[]).length;
    };
    expect([1, 2, 10, 11, 20, 21].map((number) => run(number))).toEqual([1, 0, 0, 1, 0, 1]);
    expect(run(11, "yard")).toBe(1);
  });

  it("starts again when the clock is set back, as by a file that repeats", () => {
    const step = openStep(rateLimiterV1, { next_steps, cooldown_seconds: 1 });
    step({ depends_on: 1, video_reference_image: frame(100) });
    expect(step({ depends_on: 1, video_reference_image: frame(1) })).toEqual(next_steps);
  });

  it("uses a clock that does not jump without an image", () => {
    vi.useFakeTimers({ now: 0 });
    const step = openStep(rateLimiterV1, { next_steps, cooldown_seconds: 0.5 });
    expect(step({ depends_on: 1 })).toEqual(next_steps);
    vi.setSystemTime(9e12);
    vi.advanceTimersByTime(499);
    expect(step({ depends_on: 1 })).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(step({ depends_on: 1 })).toEqual(next_steps);
  });
});

describe("switch_case", () => {
  const cases = { True: "$steps.yes", car: "$steps.car", 3: "$steps.three" };

  it.each<[unknown, boolean, string[]]>([
    ["car", false, ["$steps.car"]],
    ["CAR", false, ["$steps.other"]],
    ["CAR", true, ["$steps.car"]],
    [true, false, ["$steps.yes"]],
    ["true", true, ["$steps.yes"]],
    [3, false, ["$steps.three"]],
    [null, false, ["$steps.other"]],
  ])("%j, any case: %s", (value, case_insensitive, expected) => {
    const step = openStep(switchCaseV1, { cases, case_insensitive, default_next_steps: ["$steps.other"] });
    expect(step({ value })).toEqual(expected);
  });

  it("stops where no case is found and there is no default", () => {
    expect(openStep(switchCaseV1, { cases })({ value: "bus" })).toEqual([]);
  });
});
