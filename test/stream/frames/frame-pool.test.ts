import { expect, test } from "vitest";
import { createArena } from "../../../src/stream/frames/arena.ts";
import { openFramePool, type SizedRendition } from "../../../src/stream/frames/frame-pool.ts";

const small: SizedRendition = { key: "small", width: 3, height: 3, fit: "stretch", pixelFormat: "rgb24" };
const large: SizedRendition = { key: "large", width: 10, height: 10, fit: "none", pixelFormat: "rgb24" };

function openPool() {
  const arena = createArena({ sizeBytes: 10_000, configKey: "k" });
  arena.allocate(1000);
  return { arena, pool: openFramePool({ arena, slots: 2, renditions: [small, large] }) };
}

test("slots are handed out until all are in use, and again after release", () => {
  const { pool } = openPool();
  expect([pool.acquire(), pool.acquire(), pool.acquire()]).toEqual([1024, 1408, undefined]);
  pool.release(1408);
  expect([pool.inUse, pool.holds(1024), pool.holds(1408), pool.acquire()]).toEqual([1, true, false, 1408]);
});

test("releasing a slot twice is a bug", () => {
  const { pool } = openPool();
  const slot = pool.acquire()!;
  pool.release(slot);
  expect(() => pool.release(slot)).toThrow("frame slot 1024 is not in use");
});

test("renditions of all slots lie apart, and a view covers exactly its pixels", () => {
  const { arena, pool } = openPool();
  const views = [pool.acquire()!, pool.acquire()!].flatMap((slot) => [pool.view(slot, 0), pool.view(slot, 1)]);
  views.forEach((view, index) => void view.fill(index + 1));
  expect(views.map((view) => [view.length, ...new Set(view)])).toEqual([
    [27, 1],
    [300, 2],
    [27, 3],
    [300, 4],
  ]);
  expect(pool.renditions(1408).map(({ key, offset }) => [key, offset])).toEqual([
    ["small", 1408],
    ["large", 1472],
  ]);
  expect(new Uint8Array(arena.memory)[1472]).toBe(4);
});

test("a closed pool gives its memory back when its last slot is released", () => {
  const { arena, pool } = openPool();
  const slot = pool.acquire()!;
  pool.close();
  expect(arena.usedBytes).toBe(1024 + 768);
  pool.release(slot);
  expect(arena.usedBytes).toBe(1024);
});
