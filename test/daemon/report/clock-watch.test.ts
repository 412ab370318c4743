import { expect, test } from "vitest";
import { watchClock } from "../../../src/daemon/report/clock-watch.ts";

test("a wall clock that is set is reported once, by how much; time that passes is not", async () => {
  let [wallMs, steadyMs, looks] = [1_000_000, 0, 0];
  const steps: number[] = [];
  let close = () => {};
  await new Promise<void>((resolve) => {
    const wall = () => {
      looks += 1;
      // Before the second look an hour passes, before the third the clock is set, the fourth finds nothing new.
      if (looks === 2) [wallMs, steadyMs] = [wallMs + 3_600_000, steadyMs + 3_600_000];
      if (looks === 3) wallMs += 86_400_000;
      if (looks > 4) resolve();
      return wallMs;
    };
    close = watchClock((byMs) => steps.push(byMs), { wall, steady: () => steadyMs, everyMs: 1 });
  });
  close();
  expect(steps).toEqual([86_400_000]);
});
