import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ChosenFrames, FrameChoice, framesFor } from "../../../src/stream/decoders/frame-choice.ts";

interface Shape {
  fps: number;
  /** Frames from keyframe to keyframe. */
  group: number;
  /** Frames between two that others refer to. */
  between: number;
}

/** Pictures in the order of showing, as a camera codes them that repeats itself. */
function pictures({ fps, group, between }: Shape, count: number, fromS = 0) {
  return Array.from({ length: count }, (_, at) => {
    const inGroup = at % group;
    const atS = fromS + at / fps;
    return { atS, arrivedS: atS, isKey: inGroup === 0, isReferenced: inGroup % (between + 1) === 0 };
  });
}

const decoded = (shape: Shape, count: number, { frames }: ChosenFrames) =>
  pictures(shape, count).filter(
    (picture) => frames === "all" || (frames === "keyframes" ? picture.isKey : picture.isReferenced),
  );

/** What the filter of few frames lets pass. */
function passing(times: readonly number[], wantedS: number, gapS: number): number[] {
  const leastS = wantedS - Math.min(0.1 * wantedS, gapS / 2);
  const passed: number[] = [];
  for (const time of times) {
    const last = passed.at(-1);
    if (last === undefined || time - last >= leastS) passed.push(time);
  }
  return passed;
}

test.each([
  ["one a keyframe, which come every two seconds", { fps: 25, group: 50, between: 0 }, 0.5, "keyframes"],
  ["one in two keyframes", { fps: 25, group: 25, between: 0 }, 0.5, "keyframes"],
  ["one in twenty keyframes", { fps: 25, group: 25, between: 0 }, 0.05, "keyframes"],
  ["more than the keyframes", { fps: 25, group: 50, between: 0 }, 1, "all"],
  ["fewer than the keyframes, but none of them evenly", { fps: 25, group: 50, between: 0 }, 0.4, "all"],
  ["a fifth of frames that all refer to others", { fps: 25, group: 50, between: 0 }, 5, "all"],
  ["a third of every second frame", { fps: 30, group: 60, between: 1 }, 5, "referenced"],
  ["frames between those that others refer to", { fps: 25, group: 50, between: 1 }, 5, "all"],
  ["keyframes, where there is nothing else", { fps: 25, group: 1, between: 0 }, 25, "all"],
] as const)("for %s", (_, shape, maxFps, expected) => {
  expect(framesFor(pictures(shape, 3 * shape.group + 1), 1 / maxFps).frames).toBe(expected);
});

test("what is decoded less gives every gap to within one frame of the stream, as all frames do", () => {
  const fps = fc.integer({ min: 5, max: 60 });
  const between = fc.integer({ min: 0, max: 3 });
  const shapes = fc
    .record({ fps, between, groups: fc.integer({ min: 1, max: 40 }) })
    .map(({ fps: rate, between: gap, groups }) => ({ fps: rate, between: gap, group: groups * (gap + 1) }));
  const maxFps = fc.oneof(fc.double({ min: 0.02, max: 10, noNaN: true }), fc.constantFrom(0.25, 0.5, 1, 2, 5, 10));
  let fewer = 0;
  fc.assert(
    fc.property(shapes, maxFps, (shape, rate) => {
      const chosen = framesFor(pictures(shape, 3 * shape.group + 1), 1 / rate);
      if (chosen.frames === "all") return;
      fewer++;
      const count = Math.ceil((6 * shape.fps) / rate);
      const times = passing(
        decoded(shape, count, chosen).map(({ atS }) => atS),
        1 / rate,
        chosen.gapS,
      );
      const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
      for (const gap of gaps) expect(Math.abs(gap - 1 / rate)).toBeLessThanOrEqual(1 / shape.fps + 1e-6);
    }),
  );
  expect(fewer).toBeGreaterThan(5);
});

describe("a stream that is learned", () => {
  const shape = { fps: 10, group: 10, between: 0 };

  function learn() {
    const changes: string[] = [];
    const choice = new FrameChoice(1, ({ frames }) => changes.push(frames));
    const feed = (part: ReturnType<typeof pictures>) => {
      for (const picture of part) choice.picture(picture, picture.arrivedS);
    };
    return { changes, choice, feed };
  }

  test("is known after three groups, whatever comes before the first keyframe", () => {
    const { changes, feed } = learn();
    feed(pictures(shape, 41, 100).slice(5, 40));
    expect(changes).toEqual([]);
    feed(pictures(shape, 41, 100).slice(40));
    expect(changes).toEqual(["keyframes"]);
  });

  test("is decoded in full for good when its keyframes move", () => {
    const { changes, choice, feed } = learn();
    feed(pictures(shape, 31));
    choice.restart();
    feed(pictures({ ...shape, group: 13 }, 60, 50));
    feed(pictures(shape, 60, 200));
    expect(changes).toEqual(["keyframes", "all"]);
    expect(choice.settings).toEqual({});
  });

  test("is decoded in full when no more keyframes come", () => {
    const { changes, feed } = learn();
    feed(pictures(shape, 31));
    feed(pictures({ ...shape, group: 1000 }, 40, 3.1).slice(1));
    expect(changes).toEqual(["keyframes", "all"]);
  });

  test("is not believed where its stamps do not go as time does", () => {
    const { changes, choice } = learn();
    for (const picture of pictures(shape, 60)) choice.picture(picture, picture.arrivedS * 3);
    expect(changes).toEqual([]);
  });
});
