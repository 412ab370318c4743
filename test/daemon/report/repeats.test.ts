import { expect, test } from "vitest";
import { Repeats } from "../../../src/daemon/report/repeats.ts";
import { HandClock } from "../../stream/hand-clock.ts";

function open() {
  const clock = new HandClock();
  const told: string[] = [];
  const repeats = new Repeats<string>({ clock, tell: (one, leftOut) => void told.push(`${one} +${leftOut}`) });
  return { clock, told, repeats };
}

test("what repeats is reported at once, after ten seconds, a minute, and every ten minutes, with its number", () => {
  const { clock, told, repeats } = open();
  const day = 24 * 3600;
  const times: number[] = [];
  for (let second = 0; second < day; second++) {
    const before = told.length;
    repeats.add("dead", `${second}`);
    clock.turn(1000);
    if (told.length > before) times.push(second);
  }
  expect(told.slice(0, 4)).toEqual(["0 +0", "9 +8", "69 +59", "669 +599"]);
  expect(told.length).toBeLessThan(150);
  repeats.close();
  const counted = told.reduce((sum, line) => sum + 1 + Number(line.split("+")[1]), 0);
  expect(counted).toBe(day);
});

test("one that comes seldom is held back as well, until it was quiet for ten minutes", () => {
  const { clock, told, repeats } = open();
  for (let i = 0; i < 20; i++) {
    repeats.add("dead", `${i}`);
    clock.turn(30_000);
  }
  expect(told.length).toBeLessThanOrEqual(4);
  clock.turn(3_600_000);
  const before = told.length;
  repeats.add("dead", "again");
  expect(told.slice(before)).toEqual(["again +0"]);
});

test("a fault that was over for a minute is reported at once when it comes again, one that flaps is not", () => {
  const { clock, told, repeats } = open();
  repeats.add("gate", "first");
  repeats.heal("gate");
  clock.turn(5000);
  repeats.add("gate", "flap");
  expect(told).toEqual(["first +0"]);
  repeats.heal("gate");
  clock.turn(60_000);
  repeats.add("gate", "new");
  expect(told).toEqual(["first +0", "flap +0", "new +0"]);
});

test("keys do not hold each other back", () => {
  const { told, repeats } = open();
  repeats.add("a", "a");
  repeats.add("b", "b");
  expect(told).toEqual(["a +0", "b +0"]);
});
