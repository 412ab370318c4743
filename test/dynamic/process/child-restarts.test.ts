import { expect, it } from "vitest";
import { Restarts } from "../../../src/dynamic/process/child-restarts.ts";

it("a process that dies three times within a minute is suspended for one", () => {
  let now = 1000;
  const restarts = new Restarts(() => now);
  expect([restarts.died(), restarts.delayMs(), restarts.suspendedMs()]).toEqual([false, 0, 0]);
  now += 30_000;
  expect([restarts.died(), restarts.delayMs(), restarts.suspendedMs()]).toEqual([false, 250, 0]);
  now += 29_000;
  expect([restarts.died(), restarts.suspendedMs()]).toEqual([true, 60_000]);
  now += 60_000;
  expect([restarts.suspendedMs(), restarts.delayMs(), restarts.died()]).toEqual([0, 0, false]);
});

it("a process that dies now and then is started again", () => {
  let now = 0;
  const restarts = new Restarts(() => now);
  for (let i = 0; i < 10; i++) {
    now += 31_000;
    expect(restarts.died()).toBe(false);
  }
});
