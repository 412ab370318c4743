import fc from "fast-check";
import { expect, test } from "vitest";
import { createArena } from "../../../src/stream/frames/arena.ts";

test("a block that does not fit is refused with the config key to raise", () => {
  const arena = createArena({ sizeBytes: 1_000_000, configKey: "stream.memory_mb" });
  arena.allocate(900_000);
  expect(() => arena.allocate(200_000)).toThrowErrorMatchingInlineSnapshot(
    `[SourceError: frame memory is full: 0.2 MB wanted, 0.9 MB of 1.0 MB used; raise "stream.memory_mb", or use fewer cameras or smaller pictures]`,
  );
});

test("freeing something that was not allocated is a bug", () => {
  const arena = createArena({ sizeBytes: 1000, configKey: "k" });
  arena.allocate(10);
  expect(() => arena.free(64)).toThrow("no block of frame memory starts at 64");
});

test("blocks never overlap, stay inside, are aligned, and a freed gap is used again", () => {
  const action = fc.oneof(fc.record({ allocate: fc.integer({ min: 1, max: 400 }) }), fc.record({ free: fc.nat() }));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const arena = createArena({ sizeBytes: 2048, configKey: "k" });
      const live = new Map<number, number>();
      for (const step of actions) {
        if ("allocate" in step) {
          const fits = hasGap(live, Math.ceil(step.allocate / 64) * 64);
          if (!fits) expect(() => arena.allocate(step.allocate)).toThrow("frame memory is full");
          else live.set(arena.allocate(step.allocate), step.allocate);
        } else if (live.size > 0) {
          const offset = [...live.keys()][step.free % live.size]!;
          arena.free(offset);
          live.delete(offset);
        }
        expectApart(live);
      }
      for (const offset of live.keys()) arena.free(offset);
      expect(arena.usedBytes).toBe(0);
      expect(arena.allocate(2048)).toBe(0);
    }),
  );
});

function hasGap(live: Map<number, number>, size: number): boolean {
  const taken = new Uint8Array(2048);
  for (const [offset, length] of live) taken.fill(1, offset, offset + Math.ceil(length / 64) * 64);
  for (let start = 0; start + size <= 2048; start += 64) {
    if (taken.subarray(start, start + size).every((byte) => byte === 0)) return true;
  }
  return false;
}

function expectApart(live: Map<number, number>): void {
  const sorted = [...live].sort(([a], [b]) => a - b);
  sorted.forEach(([offset, size], index) => {
    expect(offset % 64).toBe(0);
    expect(offset + size).toBeLessThanOrEqual(sorted[index + 1]?.[0] ?? 2048);
  });
}
