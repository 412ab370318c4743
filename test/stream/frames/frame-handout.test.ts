import fc from "fast-check";
import { expect, test } from "vitest";
import { createArena } from "../../../src/stream/frames/arena.ts";
import { FrameHandout, type FrameTaker, type StreamFrame } from "../../../src/stream/frames/frame-handout.ts";
import "../../helpers/property-seed.ts";

const RENDITION = { key: "a", fit: "stretch", width: 4, height: 4, pixelFormat: "gray" } as const;
const INFO = { codec: null, width: 4, height: 4, fps: null, renditions: [RENDITION] };

/** Keeps what it gets, and releases some of it at once. */
class Taker implements FrameTaker {
  readonly delivery: "newest" | "all";
  readonly slots: number;
  readonly #handout: FrameHandout;
  readonly #every: number;
  readonly frames: StreamFrame[] = [];
  counts = { decoded: 0, noSlot: 0, released: 0 };

  constructor(handout: FrameHandout, { slots, isAll, every }: { slots: number; isAll: boolean; every: number }) {
    this.#handout = handout;
    this.slots = slots;
    this.delivery = isAll ? "all" : "newest";
    this.#every = every;
  }

  get held(): number {
    return this.frames.length;
  }

  shown(): void {}

  takes(pts: number, hasPlace: boolean): boolean {
    if (pts % this.#every !== 0) return false;
    this.counts.decoded++;
    if (hasPlace && this.held < this.slots) return true;
    this.counts.noSlot++;
    return false;
  }

  give(frame: StreamFrame): void {
    this.frames.push(frame);
    if (frame.pts % 3 === 0) this.release(0);
  }

  release(at: number): void {
    const [frame] = this.frames.splice(at % Math.max(1, this.held), 1);
    if (frame === undefined) return;
    this.counts.released++;
    this.#handout.release(frame.slot);
  }
}

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("claim" as const) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("complete" as const) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant("release" as const), who: fc.nat(), at: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("join" as const),
        slots: fc.integer({ min: 1, max: 4 }),
        isAll: fc.boolean(),
        every: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("another run" as const) }) },
  ),
  { minLength: 20, maxLength: 200 },
);

test("however frames come, are released and takers come and go, no slot is lost or given back twice, and counts add up", () => {
  let [taken, refused, shared, full] = [0, 0, 0, 0];
  fc.assert(
    fc.property(steps, (plan) => {
      const arena = createArena({ sizeBytes: 1e6, configKey: "x" });
      const handout = new FrameHandout(arena);
      const present: Taker[] = [];
      const all: Taker[] = [];
      const reading: (number | "discard")[] = [];
      let pts = 0;
      const join = (settings: ConstructorParameters<typeof Taker>[1]) => {
        const taker = new Taker(handout, settings);
        handout.makeRoom(taker);
        handout.join(taker);
        present.push(taker);
        all.push(taker);
      };
      const prepare = () => handout.prepare([RENDITION], () => {});
      /** Holders of each slot, as those who hold them have it. */
      const holders = () => {
        const held = new Map<number, number>();
        for (const { frames } of all) for (const { slot } of frames) held.set(slot, (held.get(slot) ?? 0) + 1);
        return held;
      };
      join({ slots: 2, isAll: false, every: 1 });
      join({ slots: 3, isAll: false, every: 2 });
      prepare();
      for (const step of plan) {
        if (step.do === "join") {
          join(step);
          if (reading.length === 0) prepare();
        } else if (step.do === "leave") {
          const [gone] = present.splice(step.who % Math.max(1, present.length), 1);
          if (gone !== undefined) handout.leave(gone);
        } else if (step.do === "claim" && present.length > 0) {
          const place = handout.claim();
          if (place === "discard") full++;
          if (place !== "wait") reading.push(place);
          if (typeof place === "number") {
            // A slot that is handed out is in no other hands.
            expect(holders().has(place)).toBe(false);
            expect(reading.filter((other) => other === place)).toEqual([place]);
          }
        } else if (step.do === "complete") {
          const place = reading.shift();
          if (place !== undefined) handout.complete(place, { pts: pts++, timestamp: 0, info: INFO });
        } else if (step.do === "release") all[step.who % Math.max(1, all.length)]?.release(step.at);
        else if (step.do === "another run") {
          for (const place of reading.splice(0)) if (place !== "discard") handout.abandon(place);
          handout.restart();
          for (const taker of present) handout.join(taker);
          prepare();
        }
        for (const { held, slots } of all) expect(held).toBeLessThanOrEqual(slots);
        if ([...holders().values()].some((count) => count > 1)) shared++;
      }
      for (const place of reading.splice(0)) if (place !== "discard") handout.abandon(place);
      for (const { counts, held, delivery } of all) {
        taken += counts.released;
        refused += counts.noSlot;
        expect(counts.decoded).toBe(counts.noSlot + counts.released + held);
        if (delivery === "all") expect(counts.noSlot).toBe(0);
      }
      handout.close();
      for (const taker of all) while (taker.held > 0) taker.release(0);
      expect(arena.usedBytes).toBe(0);
    }),
    { numRuns: 300 },
  );
  // The plans have come to where it is difficult.
  expect([taken > 1000, shared > 1000, refused > 100, full > 20]).toEqual([true, true, true, true]);
});
