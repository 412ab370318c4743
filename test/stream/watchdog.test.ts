import { expect, test } from "vitest";
import { openWatchdog } from "../../src/stream/watchdog.ts";
import { HandClock } from "./hand-clock.ts";

function open() {
  const clock = new HandClock();
  const expired: string[] = [];
  const held = { is: false };
  const watchdog = openWatchdog({
    connectTimeoutMs: 1000,
    stallTimeoutMs: 300,
    isHeld: () => held.is,
    expired: (cause) => void expired.push(cause),
    clock,
  });
  return { clock, expired, held, watchdog };
}

test("without a first frame it is a timeout, once", () => {
  const { clock, expired } = open();
  clock.turn(999);
  expect(expired).toEqual([]);
  clock.turn(5000);
  expect(expired).toEqual(["timeout"]);
});

test("after a frame it is a stall, at its own limit after the last one", () => {
  const { clock, expired, watchdog } = open();
  clock.turn(500);
  watchdog.fed();
  clock.turn(299);
  watchdog.fed();
  clock.turn(299);
  expect(expired).toEqual([]);
  clock.turn(1);
  expect(expired).toEqual(["stalled"]);
});

test("while frames are held back by ourselves no time passes", () => {
  const { clock, expired, held, watchdog } = open();
  watchdog.fed();
  held.is = true;
  clock.turn(10_000);
  expect(expired).toEqual([]);
  held.is = false;
  clock.turn(600);
  expect(expired).toEqual(["stalled"]);
});

test("a closed one says nothing", () => {
  const { clock, expired, watchdog } = open();
  watchdog.close();
  clock.turn(10_000);
  expect([expired, clock.pending]).toEqual([[], []]);
});
