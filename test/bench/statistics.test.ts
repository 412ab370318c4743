import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, percentile, rounded } from "../../src/bench/statistics.ts";

// Measurements: their sums do not overflow.
const values = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1 });

describe("statistics of the bench", () => {
  it("a percentile is one of the values, and at least so many percent do not exceed it", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (all, percent) => {
        const found = percentile(all, percent);
        expect(all).toContain(found);
        expect(all.filter((value) => value <= found).length).toBeGreaterThanOrEqual(
          (percent / 100) * all.length - 1e-9,
        );
      }),
    );
  });

  it("the median has as many values below it as above it", () => {
    fc.assert(
      fc.property(values, (all) => {
        const middle = median(all);
        const below = all.filter((value) => value < middle).length;
        const above = all.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(all.length / 2);
      }),
    );
  });

  it("numbers keep three digits, and every digit before the point", () => {
    expect([0.012345, 1.2345, 99.87, 123.4, 98765.4].map(rounded)).toEqual([0.0123, 1.23, 99.9, 123, 98765]);
  });
});
