import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteTrackerV3 } from "../../../src/blocks/tracking/byte-tracker.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame } from "../values.ts";

type Boxes = readonly Detection["box"][];

function person(left: number, top = 100): Detection["box"] {
  return [left, top, left + 50, top + 120];
}

/** Ids of each frame in the order of the frame's detections. */
function idsOf(frames: readonly Boxes[], settings: Values = {}): (number | undefined)[][] {
  const step = new Step(byteTrackerV3);
  return frames.map((boxes, i) => {
    const image = frame(i + 1);
    return items(
      step.run({ image, detections: detections(boxes.map((box) => detection(box))), ...settings })[
        "tracked_detections"
      ],
    );
  });
}

function items(value: unknown): (number | undefined)[] {
  return (value as Detections).items.map(({ trackerId }) => trackerId);
}

describe("byte_tracker@v3", () => {
  it("keeps the id of an object that moves", () => {
    const frames = Array.from({ length: 10 }, (_, i) => [person(10 * i)]);
    expect(idsOf(frames)).toEqual(frames.map(() => [1]));
  });

  it("keeps two ids apart when the objects cross each other", () => {
    const frames = Array.from({ length: 60 }, (_, i) => [person(10 * i), person(600 - 10 * i, 140)]);
    expect(idsOf(frames)).toEqual(frames.map(() => [1, 2]));
  });

  it("gives an id at the second sight, at the first one in the first frame alone", () => {
    const [here, there] = [person(0), person(300)];
    expect(idsOf([[here], [here, there], [here, there]])).toEqual([[1], [1], [1, 2]]);
    expect(idsOf([[], [here], [here]])).toEqual([[], [], [1]]);
    expect(idsOf([[here], [here, there], [here], [here, there], [here]])).toEqual([[1], [1], [1], [1], [1]]);
  });

  it("finds an object again within the buffer and two frames, as the reference does, and takes it for another after it", () => {
    const still: Boxes = [person(100)];
    const gone = (count: number) => Array.from({ length: count }, (): Boxes => []);
    // A buffer of 30 frames is a second, which is 25 frames here.
    expect(idsOf([still, ...gone(26), still, still], { lost_track_buffer: 30 }).at(-1)).toEqual([1]);
    expect(idsOf([still, ...gone(27), still, still], { lost_track_buffer: 30 }).at(-1)).toEqual([2]);
  });

  it("measures the buffer by the clock of the video, whatever its rate", () => {
    const idAfter = (gapS: number, fps: number, declared: number) => {
      const step = new Step(byteTrackerV3);
      const look = (clockS: number, boxes: Boxes) => {
        const image = frame(Math.round(clockS * fps), { fps: declared, clockS });
        return items(
          step.run({ image, detections: detections(boxes.map((box) => detection(box))) })["tracked_detections"],
        );
      };
      const still: Boxes = [person(100)];
      for (let i = 0; i < 10; i++) look(50 + i / fps, still);
      look(50 + 9 / fps + gapS, still);
      return look(50 + 10 / fps + gapS, still)[0];
    };
    // A buffer of 30 frames is a second; two frames more are kept.
    expect([idAfter(1.06, 30, 30), idAfter(1.08, 30, 30)]).toEqual([1, 2]);
    expect([idAfter(1.3, 5, 25), idAfter(1.5, 5, 25)]).toEqual([1, 2]);
    expect(idAfter(49, 15, 15)).toBe(2);
    expect([idAfter(60, 1 / 60, 0.02), idAfter(300, 1 / 60, 0.02)]).toEqual([1, 2]);
  });

  it("counts frames that were dropped on the way as time passed", () => {
    const step = new Step(byteTrackerV3);
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 18];
    const ids = numbers.map((number) => {
      const found = step.run({ image: frame(number), detections: detections([detection(person(12 * number))]) });
      return items(found["tracked_detections"])[0];
    });
    expect(ids).toEqual(numbers.map(() => 1));
  });

  it("follows an object whose score sinks below the threshold but starts none from a low score", () => {
    const step = new Step(byteTrackerV3);
    const at = (number: number, confidence: number, left = 0) =>
      items(
        step.run({ image: frame(number), detections: detections([detection(person(left), { confidence })]) })[
          "tracked_detections"
        ],
      );
    expect(at(1, 0.2, 500)).toEqual([]);
    expect(at(2, 0.9)).toEqual([]);
    expect(at(3, 0.9)).toEqual([1]);
    expect(at(4, 0.15)).toEqual([1]);
    expect(at(5, 0.05)).toEqual([]);
  });

  it("reports an object after as many frames in a row as asked for, and gives no id to a shorter flash", () => {
    const settings = { minimum_consecutive_frames: 3 };
    const here: Boxes = [person(0)];
    expect(idsOf([here, here, here, here], settings)).toEqual([[], [], [1], [1]]);
    expect(idsOf([here, here, [], here, here, here], settings)).toEqual([[], [], [], [], [], [1]]);
  });

  it("tells instances met first from those seen before, as far back as the cache reaches", () => {
    const step = new Step(byteTrackerV3);
    const split = (number: number, boxes: Boxes) => {
      const image = frame(number);
      const found = step.run({
        image,
        detections: detections(boxes.map((box) => detection(box))),
        instances_cache_size: 2,
      });
      return { fresh: items(found["new_instances"]), known: items(found["already_seen_instances"]) };
    };
    const [a, b, c] = [person(0), person(200), person(400)];
    expect(split(1, [a, b, c])).toEqual({ fresh: [1, 2, 3], known: [] });
    expect(split(2, [b, c])).toEqual({ fresh: [], known: [2, 3] });
    // An id that is new again evicts the oldest of the frame's others.
    expect(split(3, [c, a, b])).toEqual({ fresh: [1, 2], known: [3] });
  });

  it("follows each source by itself", () => {
    const step = new Step(byteTrackerV3);
    const values = { image: frame(1), detections: detections([detection(person(0))]) };
    expect(items(step.run(values, "left")["tracked_detections"])).toEqual([1]);
    expect(items(step.run(values, "right")["tracked_detections"])).toEqual([1]);
  });

  it("keeps everything else of a detection and of the container", () => {
    const found = detection(person(0), { class: "dog", classId: 3, data: { note: "x" } });
    const container = { ...detections([found]), inferenceId: "i" };
    const { tracked_detections } = new Step(byteTrackerV3).run({ image: frame(1), detections: container });
    const tracker = expect.objectContaining({ open: [1] });
    expect(tracked_detections).toEqual({ ...container, items: [{ ...found, trackerId: 1 }], tracker });
  });

  it("tells which ids it keeps and for how long", () => {
    const step = new Step(byteTrackerV3);
    const look = (number: number, boxes: Boxes) => {
      const values = { image: frame(number), detections: detections(boxes.map((box) => detection(box))) };
      return (step.run({ ...values, lost_track_buffer: 60 })["tracked_detections"] as Detections).tracker;
    };
    look(1, [person(0), person(300)]);
    // 25 frames a second.
    expect(look(2, [person(0)])).toEqual({ open: [1, 2], keepS: expect.closeTo(2.08) });
    expect(look(53, [person(0)])).toEqual({ open: [1, 2], keepS: expect.closeTo(2.08) });
    expect(look(54, [person(0)])?.open).toEqual([1]);
  });

  it("keeps the parameters of the first frame", () => {
    const step = new Step(byteTrackerV3);
    const values = { detections: detections([detection(person(0), { confidence: 0.5 })]) };
    expect(
      items(step.run({ ...values, image: frame(1), track_activation_threshold: 0.9 })["tracked_detections"]),
    ).toEqual([]);
    expect(
      items(step.run({ ...values, image: frame(2), track_activation_threshold: 0.1 })["tracked_detections"]),
    ).toEqual([]);
  });

  it("never gives an id twice, whatever it sees", () => {
    const box = fc
      .tuple(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 0, max: 90 }),
      )
      .map(([x, y, w, h]): Detection["box"] => [x, y, x + w, y + h]);
    const seen = fc.record({ box, confidence: fc.float({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(
        fc.array(fc.array(seen, { maxLength: 8 }), { maxLength: 25 }),
        fc.integer({ min: 0, max: 4 }),
        (frames, buffer) => {
          const step = new Step(byteTrackerV3);
          const lastSeen = new Map<number, number>();
          let highest = 0;
          frames.forEach((objects, f) => {
            const values = { image: frame(f + 1), lost_track_buffer: buffer };
            const container = detections(objects.map((object) => detection(object.box, object)));
            const ids = items(step.run({ ...values, detections: container })["tracked_detections"]) as number[];
            expect(new Set(ids).size).toBe(ids.length);
            for (const id of ids) {
              const last = lastSeen.get(id);
              if (last === undefined) expect(id).toBeGreaterThan(highest);
              else expect(f - last).toBeLessThanOrEqual(buffer + 2);
              lastSeen.set(id, f);
            }
            highest = Math.max(highest, ...ids);
          });
        },
      ),
    );
  });
});
