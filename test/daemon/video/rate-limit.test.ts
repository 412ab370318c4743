import { expect, test } from "vitest";
import { RateLimit } from "../../../src/daemon/video/rate-limit.ts";

function passed(perSecond: number, times: readonly number[]): number {
  const limit = new RateLimit(perSecond);
  return times.filter((time) => limit.passes(time)).length;
}

test("as many frames pass as are wanted on average, also where they do not come when they are due", () => {
  const second = Array.from({ length: 30 }, (_, i) => (i * 1000) / 30);
  expect(passed(12, second)).toBe(12);
  expect(passed(60, second)).toBe(30);
});

test("time without frames is not made up for", () => {
  const after = Array.from({ length: 10 }, (_, i) => 10_000 + i);
  expect(passed(10, [0, ...after])).toBe(2);
});
