import { describe, expect, it } from "vitest";
import type { RunningCode } from "../../../src/daemon/supervisor/crash-witness.ts";
import { DeadlyCode } from "../../../src/daemon/supervisor/deadly-code.ts";

const MINUTE = 60_000;

function code(step: string, hash = "1"): RunningCode {
  return { pipeline: "p", step, block: "B", hash };
}

/** The steps that are suspended after crashes a minute apart, with what was running. */
function suspendedAfter(...crashes: RunningCode[][]): string[] {
  const deadly = new DeadlyCode();
  for (const [minute, running] of crashes.entries()) deadly.crashed(running, minute * MINUTE);
  return deadly.suspended(crashes.length * MINUTE).map(({ step }) => step);
}

describe("code that was running when the daemon ended", () => {
  it("is suspended after the third crash in a row, and other code that ran meanwhile is not", () => {
    const [a, b, c] = [code("a"), code("b"), code("c")];
    expect(suspendedAfter([a], [a])).toEqual([]);
    expect(suspendedAfter([a, b], [a], [a, c])).toEqual(["a"]);
    expect(suspendedAfter([a], [b], [a])).toEqual([]);
    expect(suspendedAfter([a], [], [a], [a])).toEqual([]);
    expect(suspendedAfter([b], [a], [a], [a])).toEqual(["a"]);
  });

  it("is another when its text, its step or its pipeline is another", () => {
    expect(suspendedAfter([code("a", "1")], [code("a", "2")], [code("a", "3")])).toEqual([]);
    expect(suspendedAfter([code("a")], [{ ...code("a"), pipeline: "q" }], [code("a")])).toEqual([]);
  });

  it("counts only crashes of the last ten minutes", () => {
    const deadly = new DeadlyCode();
    for (const minute of [0, 8, 16]) deadly.crashed([code("a")], minute * MINUTE);
    expect(deadly.suspended(16 * MINUTE)).toEqual([]);
    for (const minute of [30, 34, 38]) deadly.crashed([code("a")], minute * MINUTE);
    expect(deadly.suspended(39 * MINUTE)).toEqual([{ ...code("a"), until: 48 * MINUTE }]);
  });

  it("is tried again after ten minutes, and after twice as many when it crashes once more", () => {
    const deadly = new DeadlyCode();
    for (const minute of [0, 1, 2]) deadly.crashed([code("a")], minute * MINUTE);
    expect(deadly.suspended(11 * MINUTE)).toHaveLength(1);
    expect(deadly.suspended(12 * MINUTE)).toEqual([]);
    deadly.crashed([code("a")], 13 * MINUTE);
    expect(deadly.suspended(14 * MINUTE)).toEqual([{ ...code("a"), until: 33 * MINUTE }]);
  });
});
