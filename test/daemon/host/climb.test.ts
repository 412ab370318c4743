import fc from "fast-check";
import { expect, test } from "vitest";
import { AT_THE_TOP, type Climb, climb } from "../../../src/daemon/host/climb.ts";

const PACE = { stepMs: 20_000, holdMs: 60_000 };
const LOOK_MS = 5000;
const DAY_MS = 24 * 3600_000;

/** The depth after each look, of which each is strained or not by the depth that the one before has left. */
function run(looks: number, isStrained: (depth: number, look: number) => boolean, length = 6, pace = PACE): number[] {
  let state: Climb = AT_THE_TOP;
  return Array.from({ length: looks }, (_, look) => {
    state = climb(state, { now: look * LOOK_MS, isStrained: isStrained(state.depth, look), length, pace });
    return state.depth;
  });
}

test("goes down at once, then a step at a time, and no further than there are rungs", () => {
  expect(run(14, () => true, 3)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]);
});

test("comes up a step at a time, after a time of calm for each", () => {
  const depths = run(40, (_, look) => look <= 4);
  expect(depths[4]).toBe(2);
  expect(depths.indexOf(1, 5)).toBe(17);
  expect(depths.indexOf(0, 5)).toBe(29);
});

test("whatever happened before, calm brings everything back, and stays calm", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 2000 }), fc.integer({ min: 1, max: 10 }), (strained, length) => {
      const calmLooks = ((length + 1) * 30 * 60_000) / LOOK_MS;
      const depths = run(strained.length + calmLooks, (_, look) => strained[look] === true, length);
      expect(depths.at(-1)).toBe(0);
      const after = depths.slice(strained.length);
      expect(after.every((depth, i) => depth <= (after[i - 1] ?? length))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("moves by one rung, down only while strained and up only while calm", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (strained) => {
      const depths = run(strained.length, (_, look) => strained[look] === true);
      for (const [i, depth] of depths.entries()) {
        const change = depth - (depths[i - 1] ?? 0);
        expect(Math.abs(change)).toBeLessThanOrEqual(1);
        if (change === 1) expect(strained[i]).toBe(true);
        if (change === -1) expect(strained.slice(Math.max(0, i - PACE.holdMs / LOOK_MS), i + 1)).not.toContain(true);
      }
    }),
  );
});

test.each([1, 3, 6])(
  "a box that is strained with less than %i rungs given up settles: its changes become rare",
  (needed) => {
    const depths = run(DAY_MS / LOOK_MS, (depth) => depth < needed);
    const changes = depths.filter((depth, i) => depth !== (depths[i - 1] ?? 0)).length;
    // A try every half an hour, with its relapse, and some to get there.
    expect(changes).toBeLessThan(2 * 48 + needed + 20);
    expect(Math.max(...depths)).toBe(needed);
  },
);
