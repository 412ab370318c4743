import fc from "fast-check";
import { expect, it } from "vitest";
import { keepRecent } from "../../src/base/keep-recent.ts";

it("has the entries that were used last, in order of use", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 6 }), (keys, most) => {
      const entries = new Map<number, number>();
      keys.forEach((key, i) => {
        expect(keepRecent(entries, key, i, most)).toBe(i);
      });
      const lastUse = [...new Map(keys.map((key, i) => [key, i]))].sort(([, a], [, b]) => a - b);
      expect([...entries]).toEqual(lastUse.slice(-most));
    }),
  );
});
