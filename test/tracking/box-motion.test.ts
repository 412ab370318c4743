import { describe, expect, it } from "vitest";
import { AreaMotion } from "../../src/tracking/area-motion.ts";
import type { OpenMotion } from "../../src/tracking/box-motion.ts";
import { CornerMotion } from "../../src/tracking/corner-motion.ts";
import { HeightMotion } from "../../src/tracking/height-motion.ts";
import { SizeMotion } from "../../src/tracking/size-motion.ts";

const motions: Record<string, OpenMotion> = {
  HeightMotion: (box) => new HeightMotion(box),
  CornerMotion: (box) => new CornerMotion(box),
  AreaMotion: (box) => new AreaMotion(box),
  SizeMotion: (box) => new SizeMotion(box),
};

describe.each(Object.entries(motions))("%s", (_, open) => {
  it("learns a steady motion and carries it on over frames without a measure", () => {
    const motion = open([0, 0, 40, 80]);
    for (let i = 1; i <= 30; i++) {
      motion.predict(1, true);
      motion.correct([4 * i, 2 * i, 4 * i + 40, 2 * i + 80]);
    }
    for (let i = 0; i < 10; i++) motion.predict(1, false);
    const expected = [160, 80, 200, 160];
    motion.box.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(2);
    });
  });

  it("moves as far in one step of five frames as in five steps of one", () => {
    const make = () => {
      const motion = open([0, 0, 40, 80]);
      motion.predict(1, true);
      motion.correct([6, 0, 46, 80]);
      return motion;
    };
    const [leap, walk] = [make(), make()];
    leap.predict(5, true);
    for (let i = 0; i < 5; i++) walk.predict(1, true);
    leap.box.forEach((value, i) => {
      expect(value).toBeCloseTo(walk.box[i]!, 9);
    });
  });

  it("stays finite for a box of no size, and for one that shrinks to nothing", () => {
    const motion = open([5, 5, 5, 5]);
    motion.predict(1, true);
    motion.correct([5, 5, 5, 5]);
    expect(motion.box.every(Number.isFinite)).toBe(true);
    const shrinking = open([0, 0, 90, 90]);
    for (let size = 90; size >= 0; size -= 15) {
      shrinking.predict(1, true);
      shrinking.correct([0, 0, size, size]);
    }
    for (let i = 0; i < 30; i++) shrinking.predict(1, false);
    expect(shrinking.box.every(Number.isFinite)).toBe(true);
  });
});
