import { describe, expect, it } from "vitest";
import { costsByLooks, remember } from "../../src/tracking/appearance.ts";
import { BotSortTracker } from "../../src/tracking/bot-sort.ts";
import { SizeMotion } from "../../src/tracking/size-motion.ts";
import { Track } from "../../src/tracking/track.ts";
import { type Observation, TrackIds } from "../../src/tracking/tracker.ts";

const RED = Float32Array.of(2, 0, 0);
const BLUE = Float32Array.of(0, 3, 0);
const BOX: Observation["box"] = [100, 100, 200, 300];

describe("looks", () => {
  const trackOf = (box: Observation["box"], look: Float32Array) => {
    const track = new Track(box, new SizeMotion(box));
    track.appearance = remember(null, look);
    return track;
  };
  const costOf = (observation: Partial<Observation>, look = RED) =>
    costsByLooks(0.2)([trackOf(BOX, look)], [{ box: BOX, confidence: 0.8, ...observation }]).costs[0];

  it("make a pair cheaper where they are alike, and leave it as it is where they are not", () => {
    expect(costOf({ embedding: RED })).toBeCloseTo(0);
    expect(costOf({ embedding: BLUE })).toBeCloseTo(0.2);
    expect(costOf({})).toBeCloseTo(0.2);
  });

  it("do not count for boxes that are far from each other, zeros, and vectors of another model", () => {
    expect(costOf({ embedding: RED, box: [180, 100, 280, 300] })).toBeGreaterThan(0.9);
    expect(costOf({ embedding: new Float32Array(3) })).toBeCloseTo(0.2);
    expect(costOf({ embedding: Float32Array.of(1, 0) })).toBeCloseTo(0.2);
    expect(remember(null, new Float32Array(3))).toBeNull();
  });

  it("change slowly with what is seen", () => {
    const [red = 0, blue = 0] = remember(remember(null, RED), BLUE) ?? [];
    expect(red / blue).toBeCloseTo(9);
    expect(Math.hypot(red, blue)).toBeCloseTo(1);
  });
});

describe("BoT-SORT", () => {
  const settings = {
    firstOverlap: 0.2,
    secondOverlap: 0.5,
    tentativeOverlap: 0.3,
    highConfidence: 0.6,
    activationThreshold: 0.7,
    minimumUpdates: 2,
    identifiesFirst: false,
  };
  const step = { frames: 1, seconds: 0.04, keepS: 1 };
  const person = (x: number, embedding: Float32Array): Observation => {
    return { box: [x, 100, x + 100, 300], confidence: 0.9, embedding };
  };

  it("tells two persons that step into each other's place apart by their looks, and without looks does not", () => {
    const ids = (isSeen: boolean) => {
      const tracker = new BotSortTracker(settings, new TrackIds());
      const frames = [0, 0, 0].map(() => [person(100, RED), person(120, BLUE)]);
      frames.push([person(100, BLUE), person(120, RED)]);
      const given = frames.map((people) =>
        isSeen ? people : people.map(({ box, confidence }) => ({ box, confidence })),
      );
      const sightings = given.map((people) => tracker.update(people, step)).at(-1) ?? [];
      return sightings.toSorted((a, b) => a.index - b.index).map(({ id }) => id);
    };
    expect(ids(true)).toEqual([2, 1]);
    expect(ids(false)).toEqual([1, 2]);
  });
});
