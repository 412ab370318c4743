import { expect, test } from "vitest";
import { FrameClock } from "../../src/stream/frame-clock.ts";

function clockOf(isLive: boolean) {
  const hands = { ms: 1000 };
  const clock = new FrameClock(isLive, () => hands.ms);
  const at = (ms: number, pts: number) => {
    hands.ms = ms;
    return clock.next(pts).clockS;
  };
  return { clock, at };
}

test("a live stream goes by arrival, whatever its stamps say, and an outage is a hole in it", () => {
  const { clock, at } = clockOf(true);
  expect([at(1000, 0), at(1100, 0), at(1200, 3600)]).toEqual([1, 1.1, 1.2]);
  clock.restart();
  expect(at(50_000, 0)).toBe(50);
  expect(clock.next(0)).toEqual({ clockS: 50, startS: 1 });
});

test("a file goes by its stamps, however fast it is read", () => {
  const { at } = clockOf(false);
  expect([at(1000, 0), at(1001, 60), at(1002, 540)]).toEqual([1, 61, 541]);
});

test("a file that starts again goes on, never back", () => {
  const { clock, at } = clockOf(false);
  at(1000, 0);
  expect(at(1500, 10)).toBe(11);
  clock.restart();
  expect([at(2000, 0), at(2100, 1)]).toEqual([11, 12]);
  clock.restart();
  expect(at(30_000, 5)).toBe(30);
});

test("stamps that run backwards within a file go on from the last frame", () => {
  const { at } = clockOf(false);
  expect([at(1000, 0), at(1000, 10), at(1000, 2), at(1000, 3)]).toEqual([1, 11, 11, 12]);
});
