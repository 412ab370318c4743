import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRIORITIES, type Priority, type Ranked, rungsFor, sharesAt } from "../../../src/daemon/host/shed-ladder.ts";

const BOX: Ranked = [
  { id: "gate", priority: "high" },
  { id: "yard", priority: "normal" },
  { id: "hall", priority: "normal" },
  { id: "roof", priority: "low" },
];

const causes = fc.constantFrom("memory" as const, "temperature" as const, "overload" as const);
const boxes = fc
  .array(fc.constantFrom(...PRIORITIES), { minLength: 1, maxLength: 8 })
  .map((priorities) => priorities.map((priority, i) => ({ id: `camera-${i}`, priority })));

describe("what is given up", () => {
  test("for memory are whole cameras, the least important first and never the last one", () => {
    expect(rungsFor("memory", BOX)).toEqual([
      { cameras: ["roof"], share: 0 },
      { cameras: ["hall"], share: 0 },
      { cameras: ["yard"], share: 0 },
    ]);
    expect(rungsFor("memory", BOX.slice(0, 1))).toEqual([]);
  });

  test("for heat are frames at first, and then cameras", () => {
    expect(rungsFor("temperature", BOX).slice(0, 7)).toEqual([
      { cameras: ["roof"], share: 0.5 },
      { cameras: ["roof"], share: 0.25 },
      { cameras: ["roof"], share: 0 },
      { cameras: ["yard", "hall"], share: 0.5 },
      { cameras: ["yard", "hall"], share: 0.25 },
      { cameras: ["hall"], share: 0 },
      { cameras: ["yard"], share: 0 },
    ]);
    expect(rungsFor("temperature", BOX).at(-1)).toEqual({ cameras: ["gate"], share: 0.25 });
  });

  test("in an overload are frames of the less important, and nothing where all are as important", () => {
    expect(rungsFor("overload", BOX).map(({ share }) => share)).toEqual([0.5, 0.25, 0.5, 0.25]);
    expect(rungsFor("overload", BOX).flatMap(({ cameras }) => cameras)).not.toContain("gate");
    expect(rungsFor("overload", BOX.slice(1, 3))).toEqual([]);
  });

  test("is never more of a camera than of one with less priority, and one camera always goes on", () => {
    fc.assert(
      fc.property(causes, boxes, fc.nat(40), (cause, cameras, depth) => {
        const shares = sharesAt(rungsFor(cause, cameras), depth);
        const share = (id: string) => shares.get(id) ?? 1;
        const rank = (priority: Priority) => PRIORITIES.indexOf(priority);
        for (const one of cameras) {
          for (const other of cameras.filter(({ priority }) => rank(priority) > rank(one.priority))) {
            expect(share(other.id)).toBeGreaterThanOrEqual(share(one.id));
            const least = cause === "overload" ? 0.25 : 0;
            if (share(other.id) < 1) expect(share(one.id)).toBe(least);
          }
        }
        expect(cameras.some(({ id }) => share(id) > 0)).toBe(true);
      }),
    );
  });

  test("grows with each step", () => {
    fc.assert(
      fc.property(causes, boxes, (cause, cameras) => {
        const rungs = rungsFor(cause, cameras);
        const left = rungs.map((_, i) => {
          const shares = sharesAt(rungs, i + 1);
          return cameras.reduce((sum, { id }) => sum + (shares.get(id) ?? 1), 0);
        });
        for (const [i, sum] of left.entries()) expect(sum).toBeLessThan(left[i - 1] ?? cameras.length);
      }),
    );
  });
});
