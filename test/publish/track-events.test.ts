import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Detections } from "../../src/kinds/detections.ts";
import type { FrameStamp } from "../../src/publish/frame-stamp.ts";
import { openSequence } from "../../src/publish/sequence.ts";
import { createTrackEvents, type TrackEventsSettings, type TrackOutput } from "../../src/publish/track-events.ts";

type Sight = [tracker: number, name?: string, x?: number];

function tracking(settings: Partial<TrackEventsSettings> = {}) {
  const events = createTrackEvents({ boot: "7f2c", sequence: openSequence(), ...settings });
  const see = (camera: string, seconds: number, ...sights: Sight[]) =>
    events.observe(frame(camera, seconds), objects(camera, sights));
  return { ...events, see };
}

function frame(camera: string, seconds: number): FrameStamp {
  const timestamp = Math.round(seconds * 1000);
  return {
    camera,
    sequence: 1,
    pts: seconds,
    timestamp,
    timestampSource: "arrival",
    clockS: seconds,
    width: 100,
    height: 100,
  };
}

function objects(camera: string, sights: Sight[]): Detections {
  const root = { id: camera, width: 100, height: 100, offsetX: 0, offsetY: 0 };
  const items = sights.map(([trackerId, name = "car", x = 0]) => ({
    box: [x, 0, x + 10, 10] as [number, number, number, number],
    confidence: 0.5,
    class: name,
    classId: 0,
    detectionId: "d",
    trackerId,
  }));
  return { kind: "detections", items, width: 100, height: 100, parentId: camera, parent: null, root };
}

function phases(output: TrackOutput): string[] {
  return output.events.map(({ id, phase, reason }) => `${id} ${phase} ${reason}`);
}

describe("track events", () => {
  test("a track starts at first sight, is updated every few seconds and ends when it is lost", () => {
    const { see } = tracking();
    expect(phases(see("gate", 0, [1]))).toEqual(["gate-7f2c-000001 start first_seen"]);
    expect(phases(see("gate", 4.9, [1]))).toEqual([]);
    expect(phases(see("gate", 5, [1]))).toEqual(["gate-7f2c-000001 update interval"]);
    expect(phases(see("gate", 8))).toEqual([]);
    expect(phases(see("gate", 8.1))).toEqual(["gate-7f2c-000001 end lost"]);
  });

  test("the record of a track tells its times, votes, boxes and way", () => {
    const { see } = tracking();
    see("gate", 0, [1, "car", 0]);
    see("gate", 1, [1, "truck", 30]);
    see("gate", 2, [1, "truck", 10]);
    expect(see("gate", 6).tracks).toMatchObject([
      {
        id: "gate-7f2c-000001",
        class: "truck",
        classVotes: { car: 1, truck: 2 },
        frames: 3,
        firstTimestamp: 0,
        lastTimestamp: 2000,
        firstBox: [0, 0, 10, 10],
        lastBox: [10, 0, 20, 10],
        pathPx: 50,
      },
    ]);
  });

  test("a change of the prevailing class is told at once, a flicker is not", () => {
    const { see } = tracking();
    see("gate", 0, [1, "car"]);
    expect(phases(see("gate", 0.1, [1, "truck"]))).toEqual([]);
    expect(phases(see("gate", 0.2, [1, "truck"]))).toEqual(["gate-7f2c-000001 update class_changed"]);
    expect(phases(see("gate", 0.3, [1, "car"]))).toEqual([]);
  });

  test("one track too many ends the one unseen for longest", () => {
    const { see } = tracking({ maxOpen: 2 });
    see("gate", 0, [1]);
    see("gate", 1, [2]);
    expect(phases(see("gate", 2, [1], [3]))).toEqual([
      "gate-7f2c-000002 end evicted",
      "gate-7f2c-000003 start first_seen",
    ]);
  });

  test("a clock that goes far back ends what was open, a small step back does not", () => {
    const { see } = tracking();
    see("gate", 100, [1]);
    expect(phases(see("gate", 99, [1]))).toEqual([]);
    expect(phases(see("gate", 10, [1]))).toEqual(["gate-7f2c-000001 end reset", "gate-7f2c-000002 start first_seen"]);
  });

  test("a source that restarts ends the tracks of its camera alone", () => {
    const { see, endAll } = tracking();
    see("gate", 0, [1]);
    see("yard", 0, [1]);
    expect(phases(endAll("reset", "gate"))).toEqual(["gate-7f2c-000001 end reset"]);
    expect(phases(endAll("shutdown"))).toEqual(["yard-7f2c-000002 end shutdown"]);
  });

  test("every start gets exactly one end and one record, ids are unique, and times run forward within a track", () => {
    const step = fc.record({
      camera: fc.constantFrom("a", "b"),
      seconds: fc.double({ min: -10, max: 10, noNaN: true }),
      sights: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom("car", "truck")), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { see, endAll } = tracking({ maxOpen: 3, updateEveryS: 2, lostAfterS: 3 });
        let now = 1000;
        const outputs = steps.map(({ camera, seconds, sights }) => {
          now += seconds;
          return see(camera, now, ...sights);
        });
        expectWholeLives([...outputs, endAll("shutdown")]);
      }),
    );
  });
});

function expectWholeLives(outputs: TrackOutput[]): void {
  const lives = new Map<string, TrackOutput["events"]>();
  for (const event of outputs.flatMap((output) => output.events)) {
    lives.set(event.id, [...(lives.get(event.id) ?? []), event]);
  }
  for (const life of lives.values()) {
    const order = life.map((event) => event.phase);
    expect(order[0]).toBe("start");
    expect(order.at(-1)).toBe("end");
    expect(order.slice(1, -1).every((phase) => phase === "update")).toBe(true);
    const times = life.map((event) => event.stamp.timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
  const records = outputs.flatMap((output) => output.tracks.map((track) => track.id));
  expect(records.toSorted()).toEqual([...lives.keys()].toSorted());
}
