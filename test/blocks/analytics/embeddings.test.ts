import { describe, expect, it } from "vitest";
import { identifyChangesV1 } from "../../../src/blocks/analytics/identify-changes.ts";
import { identifyOutliersV1 } from "../../../src/blocks/analytics/identify-outliers.ts";
import { normalShareBelow } from "../../../src/blocks/analytics/normal-distribution.ts";
import { Step, type Values } from "../run-block.ts";

/** Vectors near one direction; the angle grows and sinks. */
const usual = Array.from({ length: 30 }, (_, i) => Float32Array.of(1, 0.1 * Math.sin(i), 0.1 * Math.cos(2 * i)));
const odd = Float32Array.of(-1, 0.5, 0);

const strategies = ["Exponential Moving Average (EMA)", "Simple Moving Average (SMA)", "Sliding Window"];

describe.each(strategies)("identify_changes by %s", (strategy) => {
  it("calls out what is unlike the average, and nothing while it warms up", () => {
    const step = new Step(identifyChangesV1);
    const settings = { strategy, threshold_percentile: 0.002, warmup: 5 };
    const answers = [odd, ...usual, odd].map((embedding) => step.run({ embedding, ...settings }));
    expect(answers.map(({ warming_up }) => warming_up).lastIndexOf(true)).toBe(4);
    expect(answers.slice(0, 5).some(({ is_outlier }) => is_outlier)).toBe(false);
    const last = answers.at(-1) as Values;
    expect(last["z_score"]).toBeLessThan(-2);
    expect(last["percentile"]).toBeGreaterThan(0.98);
  });

  it("is finite for embeddings that are all the same, or zeros", () => {
    for (const embedding of [Float32Array.of(1, 2), Float32Array.of(0, 0)]) {
      const step = new Step(identifyChangesV1);
      const answers = Array.from({ length: 5 }, () => step.run({ embedding, strategy }));
      expect(answers.at(-1)).toMatchObject({ is_outlier: false, z_score: 0, percentile: 0.5, std: [0, 0] });
    }
  });
});

describe("identify_outliers", () => {
  it("ranks an embedding among the last ones by how far it points their way", () => {
    const step = new Step(identifyOutliersV1);
    const answers = [...usual, odd].map((embedding) => step.run({ embedding, warmup: 10, window_size: 20 }));
    expect(answers[8]).toEqual({ is_outlier: false, percentile: 0.5, warming_up: true });
    expect(answers.at(-1)).toEqual({ is_outlier: true, percentile: 0, warming_up: false });
  });

  it("says what it expects of an embedding of another size", () => {
    const step = new Step(identifyOutliersV1);
    step.run({ embedding: Float32Array.of(1, 2) });
    expect(() => step.run({ embedding: Float32Array.of(1, 2, 3) })).toThrow("has 3 numbers, expected 2");
  });
});

it("knows the normal distribution to ten digits", () => {
  const shares = [-8, -1.96, 0, 0.5, 1, 3].map(normalShareBelow);
  const known = [0, 0.0249978951482, 0.5, 0.691462461274, 0.8413447460685, 0.9986501019684];
  shares.forEach((share, i) => {
    expect(share).toBeCloseTo(known[i]!, 10);
  });
});
