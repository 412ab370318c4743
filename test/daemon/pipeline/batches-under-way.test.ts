import { expect, it } from "vitest";
import { batchesUnderWay } from "../../../src/daemon/pipeline/batches-under-way.ts";

it("one camera, or batches of one frame, have two more batches under way than there are sessions", () => {
  expect(batchesUnderWay({ sessions: 2, cameras: 1, batchSize: 8 })).toBe(4);
  expect(batchesUnderWay({ sessions: 4, cameras: 8, batchSize: 1 })).toBe(6);
});

it("batches of several cameras are as many as there are sessions, but hold enough frames for them", () => {
  expect(batchesUnderWay({ sessions: 2, cameras: 8, batchSize: 8 })).toBe(2);
  expect(batchesUnderWay({ sessions: 1, cameras: 2, batchSize: 8 })).toBe(2);
  expect(batchesUnderWay({ sessions: 1, cameras: 3, batchSize: 8 })).toBe(2);
});
