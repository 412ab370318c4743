import { expect, test } from "vitest";
import { Serial } from "../../src/base/serial.ts";

test("work runs one piece after the other, in the order of the calls", async () => {
  const serial = new Serial();
  const steps: string[] = [];
  const work = (name: string, turns: number) => async () => {
    steps.push(`${name} begins`);
    for (let i = 0; i < turns; i++) await Promise.resolve();
    steps.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all([serial.run(work("a", 9)), serial.run(work("b", 1))])).toEqual(["a", "b"]);
  expect(steps).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

test("a failure fails its own piece alone", async () => {
  const serial = new Serial();
  const failing = serial.run(() => {
    throw new Error("broken");
  });
  const next = serial.run(() => 2);
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe(2);
  await serial.idle();
});
