import fc from "fast-check";
import { expect, test } from "vitest";
import { createBackoff } from "../../src/publish/backoff.ts";

test("pauses double up to a limit, each in the upper half of its range, and start again after a reset", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat({ max: 20 }), (random, times) => {
      const backoff = createBackoff({ firstMs: 1000, maxMs: 60_000, random: () => random });
      for (let i = 0; i <= times; i++) {
        const limit = Math.min(60_000, 1000 * 2 ** i);
        const pause = backoff.nextMs();
        expect(pause).toBeGreaterThanOrEqual(limit / 2);
        expect(pause).toBeLessThanOrEqual(limit);
      }
      backoff.reset();
      expect(backoff.nextMs()).toBeLessThanOrEqual(1000);
    }),
  );
});
