import { expect, test } from "vitest";
import { steadyMs } from "../../../src/base/steady-clock.ts";
import { watchSilence } from "../../../src/daemon/pipeline/watch-silence.ts";

test("a camera that gives no frames is reported with the time on its own clock, unless one is under way", async () => {
  const asked: string[] = [];
  const silent = await new Promise<[string, number]>((resolve) => {
    const watch = watchSilence({
      cameras: () => ["unseen", "busy", "gate"],
      isBusy(camera) {
        asked.push(camera);
        return camera === "busy";
      },
      async silent(camera, clockS) {
        watch.close();
        resolve([camera, clockS]);
      },
    });
    const decodedAt = steadyMs() - 60_000;
    for (const camera of ["busy", "gate"]) watch.seen({ camera, clockS: 1000, decodedAt });
  });
  expect(silent[0]).toBe("gate");
  expect(silent[1]).toBeGreaterThanOrEqual(1060);
  expect(asked).toEqual(["busy", "gate"]);
});
