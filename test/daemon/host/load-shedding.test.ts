import fc from "fast-check";
import { expect, test } from "vitest";
import { LoadShedding } from "../../../src/daemon/host/load-shedding.ts";
import { type Cause, PRIORITIES, type Ranked } from "../../../src/daemon/host/shed-ladder.ts";
import type { FrameCounts } from "../../../src/stream/ledger.ts";

const CAMERAS: Ranked = [
  { id: "gate", priority: "high" },
  { id: "yard", priority: "normal" },
  { id: "roof", priority: "low" },
];
const PACE = { stepMs: 20_000, holdMs: 60_000 };

const strained = (...kinds: readonly Exclude<Cause, "overload">[]) => ({
  strains: kinds.map((kind) => ({ kind, what: kind, message: "" })),
});

function facts(more: Partial<Parameters<LoadShedding["look"]>[0]>) {
  return { host: strained(), counts: {}, cameras: CAMERAS, pace: PACE, now: 0, ...more };
}

test("memory that runs out pauses a camera with each look, and the most important one never", () => {
  const shedding = new LoadShedding();
  const paused = [0, 1, 2, 3].map((now) => shedding.look(facts({ host: strained("memory"), now })));
  expect(paused).toEqual([
    [{ camera: "roof", share: 0, before: 1, cause: "memory" }],
    [{ camera: "yard", share: 0, before: 1, cause: "memory" }],
    [],
    [],
  ]);
  expect(shedding.look(facts({ now: 60_000 }))).toEqual([]);
  expect(shedding.look(facts({ now: 120_000 }))).toEqual([{ camera: "yard", share: 1, before: 0, cause: null }]);
});

test("heat takes every second frame of the least important camera first", () => {
  const shedding = new LoadShedding();
  shedding.look(facts({ host: strained("temperature") }));
  const admitted = (camera: string) =>
    [1, 2, 3, 4, 5, 6, 7, 8].filter((sequence) => shedding.admits({ camera, sequence }));
  expect(admitted("roof")).toEqual([2, 4, 6, 8]);
  expect(admitted("gate")).toHaveLength(8);
  shedding.look(facts({ host: strained("temperature"), now: 20_000 }));
  expect(admitted("roof")).toEqual([4, 8]);
});

test("cameras that lose frames get room from those of less priority, which go on", () => {
  const shedding = new LoadShedding();
  const lost = (camera: string, decoded: number, newest_wins: number): Record<string, FrameCounts> => ({
    [camera]: { decoded, published: decoded - newest_wins, dropped: { newest_wins }, inFlight: 0 },
  });
  const at = (seconds: number, counts: Record<string, FrameCounts>) =>
    shedding.look(facts({ counts, now: seconds * 1000 })).map(({ camera, share }) => `${camera} ${share}`);
  expect(at(0, lost("gate", 100, 90))).toEqual([]);
  expect(at(20, lost("gate", 200, 95))).toEqual([]);
  expect(at(40, lost("gate", 300, 125))).toEqual(["roof 0.5"]);
  expect(at(60, lost("gate", 400, 155))).toEqual(["roof 0.25"]);
  for (const s of [80, 100, 120, 140]) at(s, lost("gate", 5 * s + 100, 155 + s));
  expect(shedding.share("roof")).toBe(0.25);
  expect(shedding.share("yard")).toBe(0.25);
  expect(shedding.share("gate")).toBe(1);
});

test("frames that the least important cameras lose cost no camera anything", () => {
  const shedding = new LoadShedding();
  for (let s = 0; s < 300; s += 20) {
    const counts = { roof: { decoded: s, published: 0, dropped: { newest_wins: s }, inFlight: 0 } };
    expect(shedding.look(facts({ counts, now: s * 1000 }))).toEqual([]);
  }
});

test("nothing is shed where it is switched off, and what was is given back", () => {
  const shedding = new LoadShedding();
  shedding.look(facts({ host: strained("memory") }));
  expect(shedding.look(facts({ host: strained("memory"), pace: null }))).toEqual([
    { camera: "roof", share: 1, before: 0, cause: null },
  ]);
});

test("whatever runs out, together and in any order, no camera has less than one of less priority", () => {
  const looks = fc.array(
    fc.record({
      memory: fc.boolean(),
      temperature: fc.boolean(),
      lost: fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }),
      cameras: fc.array(fc.constantFrom(...PRIORITIES), { minLength: 1, maxLength: 8 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(looks, (all) => {
      const shedding = new LoadShedding();
      const sums = Array.from({ length: 8 }, () => ({
        decoded: 0,
        published: 0,
        dropped: { newest_wins: 0 },
        inFlight: 0,
      }));
      for (const [i, { memory, temperature, lost, cameras: priorities }] of all.entries()) {
        const cameras = priorities.map((priority, n) => ({ id: `camera-${n}`, priority }));
        for (const [n, sum] of sums.entries()) {
          sum.decoded += 100;
          sum.dropped.newest_wins += lost[n] ?? 0;
        }
        const counts = Object.fromEntries(sums.map((sum, n) => [`camera-${n}`, structuredClone(sum)]));
        const kinds = [...(memory ? (["memory"] as const) : []), ...(temperature ? (["temperature"] as const) : [])];
        shedding.look({ host: strained(...kinds), counts, cameras, pace: PACE, now: i * 20_000 });
        for (const one of cameras) {
          const higher = cameras.filter(
            ({ priority }) => PRIORITIES.indexOf(priority) > PRIORITIES.indexOf(one.priority),
          );
          for (const other of higher) expect(shedding.share(other.id)).toBeGreaterThanOrEqual(shedding.share(one.id));
        }
        expect(cameras.some(({ id }) => shedding.share(id) > 0)).toBe(true);
      }
    }),
  );
});
