import { expect, test } from "vitest";
import { Liveness, stallLimit } from "../../../src/daemon/report/liveness.ts";
import type { FrameCounts } from "../../../src/stream/ledger.ts";

const LIMIT_MS = 1000;
const counts = (some: Partial<FrameCounts>): Record<string, FrameCounts> => ({
  gate: { decoded: 0, published: 0, dropped: {}, inFlight: 0, ...some },
});

/** What each look finds, 400 ms after the one before. */
function looks(all: readonly Partial<FrameCounts>[]): boolean[] {
  const liveness = new Liveness();
  return all.map((some, i) => liveness.look(counts(some), () => LIMIT_MS, i * 400).stalled.includes("gate"));
}

test("a camera whose frames are not finished for longer than the limit is stalled, until one is", () => {
  const hung = Array.from({ length: 6 }, (_, i) => ({ decoded: 5 + i, published: 3, inFlight: 1 }));
  expect(looks([...hung, { decoded: 20, published: 4, inFlight: 1 }])).toEqual([
    ...[false, false, false, false, true, true],
    false,
  ]);
});

test("batches that time out again and again, or whose thread is gone, finish nothing", () => {
  const timing = Array.from({ length: 6 }, (_, i) => ({ decoded: i + 1, dropped: { timeout: 2, worker_lost: i } }));
  expect(looks(timing).at(-1)).toBe(true);
});

test("looks between two frames change nothing", () => {
  const rare = Array.from({ length: 12 }, (_, i) => ({
    decoded: Math.floor(i / 3) + 1,
    dropped: { worker_lost: Math.floor(i / 3) },
  }));
  expect(looks(rare).at(-1)).toBe(true);
});

test("a camera that left while it was stalled is so no longer after a while", () => {
  const gone = { decoded: 6, dropped: { timeout: 6 } };
  const all = [...Array.from({ length: 6 }, (_, i) => ({ decoded: i + 1 })), ...Array.from({ length: 80 }, () => gone)];
  const found = looks(all);
  expect([found[6], found.at(-1)]).toEqual([true, false]);
});

test("a workflow whose steps fail on every frame is not stalled: a restart would mend nothing", () => {
  const failing = Array.from({ length: 6 }, (_, i) => ({ decoded: i + 2, inFlight: 1, dropped: { batch_failed: i } }));
  expect(looks(failing)).not.toContain(true);
});

test("a camera that gives no frames is not stalled, nor one that left with frames in flight", () => {
  expect(
    looks(Array.from({ length: 6 }, () => ({ decoded: 7, published: 5, dropped: { camera_removed: 2 } }))),
  ).not.toContain(true);
});

test("the daemon lives for as long as frames of any camera are processed", () => {
  const liveness = new Liveness();
  const hung = (i: number) => ({ decoded: i, published: 0, dropped: {}, inFlight: 1 });
  const flows = Array.from({ length: 12 }, (_, i) => {
    const yard = { decoded: i, published: Math.min(i, 5), dropped: {}, inFlight: 0 };
    return liveness.look({ gate: hung(i), yard }, () => LIMIT_MS, i * 400);
  });
  expect(flows[5]).toEqual({ stalled: ["gate"], live: true });
  expect(flows.at(-1)).toEqual({ stalled: ["gate", "yard"], live: false });
});

test("the limit leaves a pipeline the time to restart a workflow that hangs", () => {
  const limit = stallLimit({
    pipelines: {
      fast: { cameras: ["gate"], timeout_ms: 1000 },
      slow: { cameras: ["yard"], timeout_ms: 60_000 },
    },
  });
  expect([limit("gate"), limit("yard")]).toEqual([12_000, 130_000]);
});
