import { expect, it } from "vitest";
import { velocityV1 } from "../../../src/blocks/analytics/velocity.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame } from "../values.ts";

function fields(step: Step, clockS: number, x: number, values: Values = {}) {
  const container = detections([detection([x - 5, 0, x + 5, 10], { trackerId: 4, data: { note: "kept" } })]);
  const image = frame(Math.round(clockS * 10), { clockS });
  const found = step.run({ image, detections: container, ...values })["velocity_detections"] as Detections;
  return found.items[0]?.data;
}

it("goes by the clock of the frames, smooths what it measured and keeps other fields", () => {
  const step = new Step(velocityV1);
  expect(fields(step, 10, 100)).toEqual({
    note: "kept",
    velocity: [0, 0],
    speed: 0,
    smoothed_velocity: [0, 0],
    smoothed_speed: 0,
  });
  expect(fields(step, 10.5, 120)).toMatchObject({ velocity: [40, 0], speed: 40, smoothed_velocity: [20, 0] });
  // Five seconds without a frame: the way since the last sight is spread over them.
  expect(fields(step, 15.5, 70)).toMatchObject({ velocity: [-10, 0], speed: 10, smoothed_velocity: [5, 0] });
});

it("gives metres a second with the pixels of a metre", () => {
  const step = new Step(velocityV1);
  fields(step, 0, 0);
  const values = { pixels_per_meter: 50, smoothing_alpha: 1 };
  expect(fields(step, 1, 100, values)).toMatchObject({ velocity: [2, 0], smoothed_speed: 2 });
});

it("tells of no motion when the clock stands or runs backwards", () => {
  const step = new Step(velocityV1);
  fields(step, 5, 0);
  expect(fields(step, 5, 50)).toMatchObject({ speed: 0 });
  expect(fields(step, 4, 90)).toMatchObject({ speed: 0 });
});
