import { describe, expect, it } from "vitest";
import type { RunningCode } from "../../../src/daemon/supervisor/crash-witness.ts";
import { DeadlyCode } from "../../../src/daemon/supervisor/deadly-code.ts";

const MINUTE = 60_000;

function code(step: string, hash = "1"): RunningCode {
  return { pipeline: "p", step, block: "B", hash };
}

function open() {
  const time = { ms: 0 };
  const deadly = new DeadlyCode({ now: () => time.ms });
  return {
    crashedAt(minute: number, running: RunningCode[]) {
      time.ms = minute * MINUTE;
      deadly.crashed(running);
    },
    suspendedAt(minute: number) {
      time.ms = minute * MINUTE;
      return deadly.suspended();
    },
  };
}

/** The steps that are suspended after crashes a minute apart, with what was running. */
function suspendedAfter(...crashes: RunningCode[][]): string[] {
  const { crashedAt, suspendedAt } = open();
  for (const [minute, running] of crashes.entries()) crashedAt(minute, running);
  return suspendedAt(crashes.length).map(({ step }) => step);
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
    const { crashedAt, suspendedAt } = open();
    for (const minute of [0, 8, 16]) crashedAt(minute, [code("a")]);
    expect(suspendedAt(16)).toEqual([]);
    for (const minute of [30, 34, 38]) crashedAt(minute, [code("a")]);
    expect(suspendedAt(39)).toEqual([{ ...code("a"), until: 48 * MINUTE }]);
  });

  it("is tried again after ten minutes, and after twice as many when it crashes once more", () => {
    const { crashedAt, suspendedAt } = open();
    for (const minute of [0, 1, 2]) crashedAt(minute, [code("a")]);
    expect(suspendedAt(11)).toHaveLength(1);
    expect(suspendedAt(12)).toEqual([]);
    crashedAt(13, [code("a")]);
    expect(suspendedAt(14)).toEqual([{ ...code("a"), until: 33 * MINUTE }]);
  });
});
