import { expect, test } from "vitest";
import { openProgress } from "../../src/cli/progress.ts";

function progress(isTerminal: boolean) {
  let at = 0;
  const texts: string[] = [];
  const shown = openProgress({ unit: "frames", isTerminal, write: (text) => void texts.push(text), now: () => at });
  return {
    texts,
    expect: shown.expect,
    close: shown.close,
    after(ms: number, count: number) {
      at += ms;
      shown.at(count);
    },
  };
}

test("work of a known length tells its total, its rate and the time left, now and then", () => {
  const { texts, after, close, expect: expectTotal } = progress(false);
  expectTotal(10_000);
  after(4000, 40);
  after(2000, 60);
  after(1000, 80);
  after(94_000, 9000);
  close();
  expect(texts).toEqual([
    "60 of about 10000 frames (0 %), 10.0 a second, 16 min 34 s left\n",
    "9000 of about 10000 frames (90 %), 89.1 a second, 11 s left\n",
  ]);
});

test("work of no known length, or that is longer than it said, tells its count and rate", () => {
  const { texts, after, expect: expectTotal } = progress(false);
  after(5000, 10);
  expectTotal(5);
  after(5000, 20);
  expect(texts).toEqual(["10 frames, 2.0 a second\n", "20 frames, 2.0 a second\n"]);
});

test("on a terminal one line renews itself and stays at the end", () => {
  const { texts, after, close } = progress(true);
  after(250, 10);
  after(100, 12);
  close();
  expect(texts).toEqual(["\r\u001b[K10 frames, 40.0 a second", "\r\u001b[K12 frames, 34.3 a second", "\n"]);
});
