import { expect, test } from "vitest";
import { EffectError } from "../../src/base/errors.ts";
import type { EffectEvent } from "../../src/blocks/contract/services.ts";
import { openBackground } from "../../src/effects/background.ts";

test("work of a step runs in order, that of another step beside it", async () => {
  const background = openBackground(() => {});
  const ended: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  background.start("a", () => held.then(() => void ended.push("a1")));
  background.start("a", async () => void ended.push("a2"));
  const other = new Promise<void>((resolve) => {
    background.start("b", async () => {
      ended.push("b1");
      resolve();
    });
  });
  await other;
  expect(ended).toEqual(["b1"]);
  release();
  await background.idle();
  expect(ended).toEqual(["b1", "a1", "a2"]);
});

test("a step whose work hangs has a bound, and what is refused or fails is counted", async () => {
  const events: EffectEvent[] = [];
  const background = openBackground((event) => events.push(event));
  let release = () => {};
  const held = new Promise<void>((_, reject) => {
    release = () => reject(new Error("the server went away"));
  });
  background.start("slow", () => held);
  const taken = Array.from({ length: 40 }, () => background.start("slow", async () => {}));
  expect(taken.filter(Boolean)).toHaveLength(31);
  expect(background.start("quick", async () => {})).toBe(true);
  release();
  await background.idle();
  expect(events.at(-1)).toEqual({
    type: "effect_failed",
    step: "slow",
    code: "EFFECT_FAILED",
    message: "the server went away",
    count: 1,
  });
  expect(events.filter(({ type }) => type === "effect_refused").at(-1)).toMatchObject({ count: 9 });
});

test("work that the step waits for fails the step, and is counted with that in the background", async () => {
  const events: EffectEvent[] = [];
  const background = openBackground((event) => events.push(event));
  const refused = () => Promise.reject(new EffectError("HTTP_STATUS", "status 500"));
  await expect(background.attend("a", refused)).rejects.toThrow("status 500");
  background.start("a", refused);
  await background.idle();
  expect(await background.attend("a", () => 5)).toBe(5);
  expect(events.map(({ code, count }) => [code, count])).toEqual([
    ["HTTP_STATUS", 1],
    ["HTTP_STATUS", 2],
  ]);
});
