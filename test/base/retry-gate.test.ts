import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RetryGate, type RetryPolicy } from "../../src/base/retry-gate.ts";

function gateAt(policy: RetryPolicy, random = () => 0) {
  const time = { ms: 0 };
  return { time, gate: new RetryGate(policy, { clock: { now: () => time.ms }, random }) };
}

describe("a retry gate", () => {
  test("waits twice as long after each failure in a row, up to the longest wait", () => {
    const { gate } = gateAt({ firstMs: 100, longestMs: 500 });
    expect([1, 2, 3, 4, 5].map(() => gate.failed())).toEqual([100, 200, 400, 500, 500]);
    expect(gate.failures).toBe(5);
  });

  test("opens when the wait is over", () => {
    const { gate, time } = gateAt({ firstMs: 100, longestMs: 500 });
    expect(gate.waitMs()).toBe(0);
    gate.failed();
    time.ms = 40;
    expect(gate.waitMs()).toBe(60);
    time.ms = 100;
    expect(gate.waitMs()).toBe(0);
  });

  test("lets free failures pass without a wait", () => {
    const { gate } = gateAt({ freeFailures: 2, firstMs: 100, longestMs: 500 });
    expect([1, 2, 3, 4].map(() => gate.failed())).toEqual([0, 0, 100, 200]);
  });

  test("begins again after a success, and after a run that was healthy for long enough", () => {
    const { gate, time } = gateAt({ firstMs: 100, longestMs: 500, healthyAfterMs: 1000 });
    gate.failed();
    gate.succeeded();
    expect(gate.failed()).toBe(100);
    gate.started();
    time.ms += 999;
    expect(gate.failed()).toBe(200);
    gate.started();
    time.ms += 600;
    gate.started();
    time.ms += 400;
    expect(gate.failed()).toBe(100);
  });

  test("forgets failures that are longer ago than the stretch that counts", () => {
    const { gate, time } = gateAt({ freeFailures: 2, firstMs: 100, longestMs: 100, withinMs: 1000 });
    const failedAt = (ms: number) => {
      time.ms = ms;
      return gate.failed();
    };
    expect([0, 600, 1200, 1800].map(failedAt)).toEqual([0, 0, 0, 0]);
    expect([2000, 2100].map(failedAt)).toEqual([100, 100]);
    expect([3100].map(failedAt)).toEqual([0]);
    expect(gate.failures).toBe(1);
  });

  test("a failure before an attempt began to work does not count as healthy, however late", () => {
    const { gate, time } = gateAt({ firstMs: 100, longestMs: 500, healthyAfterMs: 1000 });
    gate.started();
    gate.failed();
    time.ms = 5000;
    expect(gate.failed()).toBe(200);
  });

  test("draws the jittered part of a wait at random, within its bounds", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        share,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 80 }),
        (jitter, drawn, times) => {
          const { gate } = gateAt({ firstMs: 100, longestMs: 3000, jitter }, () => drawn);
          for (let i = 1; i < times; i++) gate.failed();
          const limit = Math.min(3000, 100 * 2 ** (times - 1));
          const waitMs = gate.failed();
          expect(waitMs).toBeLessThanOrEqual(limit);
          expect(waitMs).toBeGreaterThanOrEqual(Math.floor(limit * (1 - jitter)));
        },
      ),
    );
  });
});
