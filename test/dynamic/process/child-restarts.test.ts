import { expect, it } from "vitest";
import { ChildRestarts } from "../../../src/dynamic/process/child-restarts.ts";

function restartsAt(ms: number) {
  const time = { ms };
  return { time, restarts: new ChildRestarts({ now: () => time.ms }) };
}

it("a process that ends three times within a minute is suspended for one", () => {
  const { time, restarts } = restartsAt(1000);
  expect([restarts.ended(), restarts.delayMs(), restarts.suspendedMs()]).toEqual([false, 0, 0]);
  time.ms += 30_000;
  expect([restarts.ended(), restarts.delayMs(), restarts.suspendedMs()]).toEqual([false, 250, 0]);
  time.ms += 29_000;
  expect([restarts.ended(), restarts.suspendedMs()]).toEqual([true, 60_000]);
  time.ms += 60_000;
  expect([restarts.suspendedMs(), restarts.delayMs(), restarts.ended()]).toEqual([0, 0, false]);
});

it("a process that ends now and then is started again at once", () => {
  const { time, restarts } = restartsAt(0);
  for (let i = 0; i < 10; i++) {
    time.ms += 61_000;
    expect([restarts.ended(), restarts.delayMs()]).toEqual([false, 0]);
  }
});

it("a process that ends twice a minute is never suspended", () => {
  const { time, restarts } = restartsAt(0);
  for (let i = 0; i < 10; i++) {
    time.ms += 31_000;
    expect(restarts.ended()).toBe(false);
  }
});
