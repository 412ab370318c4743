import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Detections, TrackerWord } from "../../../src/kinds/detections.ts";
import type { FrameStamp } from "../../../src/publish/messages/frame-stamp.ts";
import { openSequence } from "../../../src/publish/messages/sequence.ts";
import { createTrackEvents, type TrackOutput, type TrackRules } from "../../../src/publish/messages/track-events.ts";

type Sight = [tracker: number, name?: string, x?: number, confidence?: number];

const RULES: TrackRules = { confirmFrames: 1, confirmScore: 0, updateEveryS: 5, lostAfterS: 3, maxOpen: 1000 };

function tracking(rules: Partial<TrackRules> = {}) {
  const events = createTrackEvents({ boot: "7f2c", sequence: openSequence(), rules: { ...RULES, ...rules } });
  const see = (camera: string, seconds: number, ...sights: Sight[]) =>
    events.observe(frame(camera, seconds), objects(camera, sights));
  /** What a tracker sees that tells which ids it keeps. */
  const follow = (seconds: number, open: number[], ...sights: Sight[]) =>
    events.observe(frame("gate", seconds), objects("gate", sights, { open, keepS: 10 }));
  return { ...events, see, follow };
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

function objects(camera: string, sights: Sight[], tracker?: TrackerWord): Detections {
  const root = { id: camera, width: 100, height: 100, offsetX: 0, offsetY: 0 };
  const items = sights.map(([trackerId, name = "car", x = 0, confidence = 0.5]) => ({
    box: [x, 0, x + 10, 10] as [number, number, number, number],
    confidence,
    class: name,
    classId: 0,
    detectionId: "d",
    trackerId,
  }));
  const container = {
    kind: "detections",
    items,
    width: 100,
    height: 100,
    parentId: camera,
    parent: null,
    root,
  } as const;
  return tracker === undefined ? container : { ...container, tracker };
}

function phases(output: TrackOutput): string[] {
  return output.events.map(({ id, phase, reason }) => `${id} ${phase} ${reason}`);
}

describe("track events", () => {
  test("a track is updated every few seconds and ends when it is lost", () => {
    const { see } = tracking();
    expect(phases(see("gate", 0, [1]))).toEqual(["gate-7f2c-000001 start confirmed"]);
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
        confidence: 0.5,
        firstBox: [0, 0, 10, 10],
        lastBox: [10, 0, 20, 10],
        pathPx: 50,
      },
    ]);
  });

  test("a change of the prevailing class is reported at once, a flicker is not", () => {
    const { see } = tracking();
    see("gate", 0, [1, "car"]);
    expect(phases(see("gate", 0.1, [1, "truck"]))).toEqual([]);
    expect(phases(see("gate", 0.2, [1, "truck"]))).toEqual(["gate-7f2c-000001 update class_changed"]);
    expect(phases(see("gate", 0.3, [1, "car"]))).toEqual([]);
  });

  test("a zone that an object enters or leaves is reported once two sights in a row agree", () => {
    const events = tracking();
    const look = (seconds: number, ...names: string[]) => {
      const container = objects("gate", [[1]]);
      const zones = names.map((zone) => ({ zone, seconds: 0 }));
      return phases(
        events.observe(frame("gate", seconds), {
          ...container,
          items: container.items.map((item) => ({ ...item, zones })),
        }),
      );
    };
    expect(look(0, "yard")).toEqual(["gate-7f2c-000001 start confirmed"]);
    expect(look(0.1, "yard", "door")).toEqual([]);
    expect(look(0.2, "yard", "door")).toEqual(["gate-7f2c-000001 update zone_entered"]);
    expect([look(0.3, "yard"), look(0.4, "yard", "door"), look(0.5, "door", "yard")].flat()).toEqual([]);
    expect([look(0.6), look(0.7)]).toEqual([[], ["gate-7f2c-000001 update zone_left"]]);
    expect(look(0.8)).toEqual([]);
    expect(events.counts("gate").get("all")?.get("car")).toBe(1);
    expect(events.endAll("shutdown").events[0]).toMatchObject({
      zonesEntered: ["yard", "door"],
      startTimestamp: 0,
      bestConfidence: 0.5,
    });
    expect(events.counts("gate").get("all")).toEqual(new Map([["all", 0]]));
  });

  test("one track too many ends the one unseen for longest", () => {
    const { see } = tracking({ maxOpen: 2 });
    see("gate", 0, [1]);
    see("gate", 1, [2]);
    expect(phases(see("gate", 2, [1], [3]))).toEqual([
      "gate-7f2c-000002 end evicted",
      "gate-7f2c-000003 start confirmed",
    ]);
  });

  test("a start waits for frames and score, and a track that never gets there has no events", () => {
    const { see, endAll } = tracking({ confirmFrames: 3, confirmScore: 0.6 });
    see("gate", 0, [1, "car", 0, 0.9], [2, "car", 0, 0.5]);
    expect(phases(see("gate", 1, [1], [2]))).toEqual([]);
    expect(phases(see("gate", 2, [1], [2]))).toEqual(["gate-7f2c-000001 start confirmed"]);
    expect(phases(see("gate", 3, [2, "car", 0, 0.7], [3]))).toEqual(["gate-7f2c-000002 start confirmed"]);
    const rest = endAll("shutdown");
    expect(phases(rest)).toEqual(["gate-7f2c-000001 end shutdown", "gate-7f2c-000002 end shutdown"]);
    expect(rest.tracks.map(({ frames }) => frames)).toEqual([3, 4]);
  });

  test("class, score and box of an event are of one sight, that of the class that most frames showed", () => {
    const { see, endAll } = tracking({ confirmFrames: 3 });
    const told = ({ events }: TrackOutput) =>
      events.map(({ phase, stamp, detection }) => [
        phase,
        stamp.pts,
        detection.class,
        detection.confidence,
        detection.box[0],
      ]);
    see("gate", 0, [1, "car", 0, 0.9]);
    see("gate", 1, [1, "car", 10, 0.8]);
    expect(told(see("gate", 2, [1, "truck", 20, 0.95]))).toEqual([]);
    expect(told(see("gate", 3, [1, "car", 30, 0.7]))).toEqual([["start", 3, "car", 0.7, 30]]);
    expect(told(see("gate", 8, [1, "truck", 40, 0.99]))).toEqual([]);
    expect(told(see("gate", 9, [1, "car", 50, 0.6]))).toEqual([["update", 9, "car", 0.6, 50]]);
    const last = [see("gate", 10, [1, "truck", 60, 0.97]), endAll("shutdown")];
    expect(last.flatMap(told)).toEqual([["end", 10, "car", 0.6, 50]]);
    expect(last[1]?.tracks).toMatchObject([{ class: "car", confidence: 0.9, classVotes: { car: 4, truck: 3 } }]);
  });

  test("the tracker says when a track ends", () => {
    const { follow } = tracking();
    follow(0, [1, 2], [1], [2]);
    expect(phases(follow(9, [1, 2]))).toEqual([]);
    expect(phases(follow(9.1, [1]))).toEqual(["gate-7f2c-000002 end lost"]);
    expect(phases(follow(9.2, []))).toEqual(["gate-7f2c-000001 end lost"]);
  });

  test("tracks end without frames, when their tracker would keep them no longer, at the time that it is", () => {
    const { follow, see, silence } = tracking();
    follow(0, [1, 2], [1], [2]);
    follow(5, [1, 2], [2]);
    see("yard", 0, [7]);
    expect(phases(silence("gate", 9.9, "camera_lost"))).toEqual([]);
    expect(phases(silence("gate", 10.1, "camera_lost"))).toEqual(["gate-7f2c-000001 end camera_lost"]);
    const { events, tracks } = silence("gate", 49, "camera_ended");
    expect(events).toMatchObject([{ id: "gate-7f2c-000002", reason: "camera_ended", stamp: { timestamp: 49_000 } }]);
    expect(tracks).toMatchObject([{ frames: 2, firstTimestamp: 0, lastTimestamp: 5000 }]);
    expect(phases(silence("yard", 3.1, "camera_lost"))).toEqual(["yard-7f2c-000003 end camera_lost"]);
  });

  test("a time of day that is set alters no duration, and the times of a record are of one clock", () => {
    const { observe, endAll } = tracking();
    const month = 30 * 86_400_000;
    observe(frame("gate", 0), objects("gate", [[1]]));
    const set = { ...frame("gate", 2), timestamp: month + 2000 };
    expect(phases(observe(set, objects("gate", [[1]])))).toEqual([]);
    expect(endAll("shutdown").tracks).toMatchObject([{ firstTimestamp: month, lastTimestamp: month + 2000 }]);
  });

  test("a clock that goes far back ends what was open, a small step back does not", () => {
    const { see } = tracking();
    see("gate", 100, [1]);
    expect(phases(see("gate", 99, [1]))).toEqual([]);
    expect(phases(see("gate", 10, [1]))).toEqual(["gate-7f2c-000001 end reset", "gate-7f2c-000002 start confirmed"]);
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
    const times = life.map((event) => event.stamp.clockS);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
  const records = outputs.flatMap((output) => output.tracks.map((track) => track.id));
  expect(records.toSorted()).toEqual([...lives.keys()].toSorted());
}
