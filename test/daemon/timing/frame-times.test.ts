import fc from "fast-check";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { addHistogram, type HistogramDeclaration } from "../../../src/daemon/report/metrics/metric.ts";
import { FRAME_PARTS, FrameTimes, latencyFields, partsOf } from "../../../src/daemon/timing/frame-times.ts";
import { TIME_BOUNDS_MS, TimeHistogram } from "../../../src/daemon/timing/time-histogram.ts";

type Counted = ReturnType<HistogramDeclaration["read"]>[number];

const milliseconds = fc.double({ min: 0, max: 5000, noNaN: true });

test("a duration is counted in the first bucket whose end it does not exceed", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(milliseconds, fc.constantFrom(...TIME_BOUNDS_MS))), (durations) => {
      const histogram = new TimeHistogram();
      for (const ms of durations) histogram.add(ms);
      const ends = [...TIME_BOUNDS_MS, Number.POSITIVE_INFINITY];
      const expected = ends.map((end, i) => durations.filter((ms) => ms <= end && ms > (ends[i - 1] ?? -1)).length);
      const { counts, sumMs } = histogram.read();
      expect(counts).toEqual(expected);
      expect(sumMs).toBeCloseTo(
        durations.reduce((sum, ms) => sum + Math.round(ms * 1000) / 1000, 0),
        6,
      );
    }),
  );
});

test("histograms of the same memory count together", () => {
  const one = new TimeHistogram();
  new TimeHistogram(one.memory).add(3);
  one.add(3);
  expect(one.read()).toEqual({ counts: [0, 0, 0, 2, ...Array(9).fill(0)], sumMs: 6 });
});

test("parts of a frame's time follow each other and make up all of it", () => {
  const frame = fc.record({
    queueMs: milliseconds,
    threadMs: milliseconds,
    sessionMs: milliseconds,
    inferMs: milliseconds,
    stepsMs: milliseconds,
    deliveryMs: milliseconds,
  });
  fc.assert(
    fc.property(frame, ({ stepsMs, deliveryMs, ...timing }) => {
      const workflowMs = timing.threadMs + timing.sessionMs + timing.inferMs + stepsMs;
      const totalMs = timing.queueMs + workflowMs + deliveryMs;
      const parts = partsOf({ ...timing, workflowMs }, totalMs);
      expect(Object.keys(parts)).toEqual(FRAME_PARTS);
      expect(Object.values(parts).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(totalMs, 6);
      expect(parts.steps).toBeCloseTo(stepsMs, 6);
      expect(parts.delivery).toBeCloseTo(deliveryMs, 6);
    }),
  );
});

test("models that ran side by side leave no part below nothing", () => {
  const timing = { queueMs: 1, threadMs: 0, sessionMs: 8, inferMs: 8, workflowMs: 10 };
  expect(partsOf(timing, 12)).toEqual({ batch: 1, thread: 0, session: 8, model: 8, steps: 0, delivery: 1 });
});

test("every frame is in each list of the statistics once", () => {
  const times = new FrameTimes();
  for (let ms = 1; ms <= 100; ms++)
    times.add({ queueMs: ms, threadMs: 0.1, sessionMs: 0.2, inferMs: 3, workflowMs: 4 }, ms + 5);
  times.pauses.workflow.add(2);
  const { bounds_ms: bounds, total, parts, pauses } = latencyFields(times.read());
  for (const counts of [total, ...Object.values(parts)]) {
    expect(counts).toHaveLength(bounds.length + 1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
  }
  expect(parts.batch).toEqual([0, 1, 1, 2, 4, 8, 16, 32, 36, 0, 0, 0, 0]);
  expect(pauses.workflow).toEqual([0, 0, 1, ...Array(10).fill(0)]);
  expect(pauses.main).toEqual(Array(13).fill(0));
});

test("a histogram that is counted elsewhere is one of Prometheus, in seconds and cumulative", async () => {
  const registry = new Registry();
  const read = (): Counted[] => [[{ part: "model" }, { counts: [2, 0, 1], sumMs: 2500 }]];
  addHistogram(registry, { name: "time_seconds", help: "Time.", labels: ["part"], boundsMs: [10, 20], read });
  expect((await registry.metrics()).trim().split("\n")).toEqual([
    "# HELP time_seconds Time.",
    "# TYPE time_seconds histogram",
    'time_seconds_bucket{part="model",le="0.01"} 2',
    'time_seconds_bucket{part="model",le="0.02"} 2',
    'time_seconds_bucket{part="model",le="+Inf"} 3',
    'time_seconds_sum{part="model"} 2.5',
    'time_seconds_count{part="model"} 3',
  ]);
});
