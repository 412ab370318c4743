import { expect, it } from "vitest";
import { ThreadRests } from "../../../src/daemon/worker/thread-rests.ts";

it("a thread that ends comes back at once, and later each time when it ends again and again", () => {
  let now = 0;
  const rests = new ThreadRests(60_000, () => now);
  const rest = () => {
    rests.opened();
    rests.ended();
    const leftMs = rests.leftMs();
    now += leftMs;
    return leftMs;
  };
  expect(Array.from({ length: 9 }, rest)).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

it("a thread that was at work for a while comes back at once", () => {
  let now = 0;
  const rests = new ThreadRests(60_000, () => now);
  for (let i = 0; i < 5; i++) {
    rests.opened();
    now += 60_001;
    rests.ended();
    expect(rests.leftMs()).toBe(0);
  }
});
