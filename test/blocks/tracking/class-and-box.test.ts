import { describe, expect, it } from "vitest";
import { stabilizeDetectionsV1 } from "../../../src/blocks/tracking/stabilize-detections.ts";
import { trackClassLockV1 } from "../../../src/blocks/tracking/track-class-lock.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame } from "../values.ts";

describe("track_class_lock", () => {
  const settings = { min_votes: 3, lead_margin: 2, switch_after: 2, reattach_window: 4 };
  const box: Detection["box"] = [100, 100, 150, 220];
  const look = (step: Step, name: string, changes: Partial<Detection> = {}, values: Values = {}) => {
    const item = detection(box, { class: name, classId: name.length, trackerId: 1, ...changes });
    const found = step.run({ image: frame(1), detections: detections([item]), ...settings, ...values });
    return (found["tracked_detections"] as Detections).items[0]!;
  };

  it("settles the class that has enough votes and is far enough ahead, with the mean score of its votes", () => {
    const step = new Step(trackClassLockV1);
    const seen = ["car", "truck", "car", "car"].map(
      (name, i) => look(step, name, { confidence: 0.8 + 0.05 * i }).class,
    );
    expect(seen).toEqual(["car", "truck", "car", "car"]);
    const settled = look(step, "truck", { confidence: 0.1 });
    expect(settled).toMatchObject({ class: "car", classId: 3 });
    expect(settled.confidence).toBeCloseTo((0.8 + 0.9 + 0.95) / 3);
  });

  it("changes a settled class for votes in a row alone", () => {
    const step = new Step(trackClassLockV1);
    for (let i = 0; i < 3; i++) look(step, "car");
    const seen = ["truck", "car", "truck", "truck", "car"].map((name) => look(step, name).class);
    expect(seen).toEqual(["car", "car", "car", "truck", "truck"]);
  });

  it("goes on under a new id where the object was last seen, unless it is still there or long gone", () => {
    const settle = () => {
      const step = new Step(trackClassLockV1);
      for (let i = 0; i < 3; i++) look(step, "car");
      return step;
    };
    expect(look(settle(), "truck", { trackerId: 2 }).class).toBe("car");
    expect(look(settle(), "truck", { trackerId: 2, box: [400, 100, 450, 220] }).class).toBe("truck");
    expect(look(settle(), "truck", { trackerId: 2 }, { reattach_window: 0 }).class).toBe("truck");
    const both = settle().run({
      image: frame(1),
      detections: detections([1, 2].map((trackerId) => detection(box, { class: "truck", trackerId }))),
      ...settings,
    })["tracked_detections"] as Detections;
    expect(both.items.map((item) => item.class)).toEqual(["car", "truck"]);
  });

  it("lets objects without an id pass when others have one, and asks for a tracker when none has", () => {
    const step = new Step(trackClassLockV1);
    const run = (items: Detection[]) => step.run({ image: frame(1), detections: detections(items), ...settings });
    expect(run([])["tracked_detections"]).toMatchObject({ items: [] });
    expect(() => run([detection(box)])).toThrow("have no tracker id");
    expect(run([detection(box), detection(box, { trackerId: 1 })])["tracked_detections"]).toMatchObject({
      items: [{ box }, { box }],
    });
  });

  it("refuses to wait for an object longer than its votes are kept", () => {
    expect(trackClassLockV1.check?.({ reattach_window: 20, state_ttl: 10 })).toEqual([
      { property: "reattach_window", what: "is 20, beyond state_ttl (10), after which votes are forgotten" },
    ]);
    expect(() => look(new Step(trackClassLockV1), "car", {}, { state_ttl: 3 })).toThrow("is 4, beyond state_ttl (3)");
  });
});

describe("stabilize_detections", () => {
  const settings = { smoothing_window_size: 2, bbox_smoothing_coefficient: 0.5 };
  const look = (step: Step, left: number | null, source?: string) => {
    const items = left === null ? [] : [detection([left, 0, left + 10, 10], { trackerId: 1 })];
    const found = step.run({ image: frame(1), detections: detections(items), ...settings }, source);
    return (found["tracked_detections"] as Detections).items.map((item) => item.box[0]);
  };

  it("draws a box towards that of the frame before, and goes on over as many frames as the window is long", () => {
    const step = new Step(stabilizeDetectionsV1);
    const seen = [0, 10, 20, null, null, null].map((left) => look(step, left));
    expect(seen).toEqual([[0], [5], [15], [25], [30], []]);
  });

  it("shows nothing of an object that was seen once, and keeps cameras apart", () => {
    const step = new Step(stabilizeDetectionsV1);
    expect([look(step, 0), look(step, null)]).toEqual([[0], []]);
    expect(look(step, 40, "other")).toEqual([40]);
  });
});
