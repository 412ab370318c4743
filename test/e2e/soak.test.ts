import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runSoak } from "../../bench/soak/run-soak.ts";
import { slope } from "../../bench/soak/slope.ts";

const MINUTES = 2;
/** With the time to start, to recover and to stop on a machine that has much else to do. */
const LONGEST_MS = 25 * 60_000;
const SEED = 20;

describe.skipIf(isLeftOut())("a soak", () => {
  test(
    "of two minutes, with faults at random, costs no count, no promised message, no process and no secret",
    async () => {
      const lines: string[] = [];
      const { checks, faults } = await runSoak({ minutes: MINUTES, seed: SEED, report: (line) => lines.push(line) });
      expect(
        checks.filter(({ ok }) => !ok),
        lines.join("\n"),
      ).toEqual([]);
      expect(Object.keys(faults).length).toBeGreaterThan(3);
    },
    LONGEST_MS,
  );
});

test("growth is the slope of the line through the samples", () => {
  expect(slope([0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x })))).toBeCloseTo(2);
  expect(slope([{ x: 1, y: 1 }])).toBe(0);
  expect(slope([1, 1, 1].map((x) => ({ x, y: Math.random() })))).toBe(0);
});

/** Eight cameras take a processor of their own, which tests beside it would take from them. */
function isLeftOut(): boolean {
  const isWanted = process.env["MILLRACE_SOAK_TEST"] === "1" && existsSync("/proc/self/fd");
  if (!isWanted)
    process.stderr.write("skipped here: `npm test` runs the soak by itself, on Linux, as MILLRACE_SOAK_TEST=1 does\n");
  return !isWanted;
}
