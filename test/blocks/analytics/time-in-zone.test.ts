import { describe, expect, it } from "vitest";
import { timeInZoneV1, timeInZoneV2, timeInZoneV3 } from "../../../src/blocks/analytics/time-in-zone.ts";
import type { Block } from "../../../src/blocks/contract/block.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { nameZone } from "../../../src/kinds/zone-name.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame, picture, video } from "../values.ts";

const SQUARE = [
  [100, 100],
  [200, 100],
  [200, 200],
  [100, 200],
];
const FAR_SQUARE = [
  [500, 100],
  [600, 100],
  [600, 200],
];
const FILE = { comesFromVideoFile: true, fps: 10 };

function around(x: number, y = 150): Detection["box"] {
  return [x - 5, y - 5, x + 5, y + 5];
}

/** Seconds in the zone in each frame of one object that goes from x to x; undefined where it is not in the output. */
function times(block: Block, path: readonly number[], values: Values = {}): (number | undefined)[] {
  const step = new Step(block);
  return path.map((x, i) => {
    const container = detections([detection(around(x), { trackerId: 1 })]);
    const metadata = video(i + 1, FILE);
    const found = step.run({ image: frame(i + 1, FILE), metadata, detections: container, zone: SQUARE, ...values });
    return (found["timed_detections"] as Detections).items[0]?.timeInZone;
  });
}

describe.each([timeInZoneV1, timeInZoneV2, timeInZoneV3])("$type", (block) => {
  it("goes by the clock of the frames, whatever their numbers, rate and time of day say", () => {
    const step = new Step(block);
    const found = [50, 50.4, 110, 109].map((clockS, i) => {
      const metadata = video(i + 1, { ...FILE, clockS, frameTimestamp: i === 2 ? 0 : 9e12 });
      const container = detections([detection(around(150), { trackerId: 1 })]);
      const image = picture(1, 1, { video: metadata });
      return step.run({ image, metadata, detections: container, zone: SQUARE })["timed_detections"] as Detections;
    });
    expect(found.map(({ items }) => items[0]?.timeInZone)).toEqual([0, 0.4, 60, 59]);
  });

  it("counts from the first frame inside and leaves out what is outside", () => {
    expect(times(block, [50, 150, 150, 160, 250])).toEqual([undefined, 0, 0.1, 0.2, undefined]);
  });

  it("starts again when an object was seen outside", () => {
    expect(times(block, [150, 150, 250, 150, 150])).toEqual([0, 0.1, undefined, 0, 0.1]);
  });

  it("goes on counting over an absence when it is reported not to start again", () => {
    const found = times(block, [150, 250, 150], { reset_out_of_zone_detections: false });
    expect(found).toEqual([0, undefined, 0.2]);
  });

  it("keeps detections outside at 0 seconds when asked to", () => {
    expect(times(block, [50, 150, 150], { remove_out_of_zone_detections: false })).toEqual([0, 0, 0.1]);
  });

  it("starts again when an object was shown outside, which has 0 seconds there", () => {
    const values = { remove_out_of_zone_detections: false, reset_out_of_zone_detections: false };
    expect(times(block, [150, 160, 250, 150, 160], values)).toEqual([0, 0.1, 0, 0, 0.1]);
  });

  it("finds nothing in an empty zone, as a dynamic zone may be", () => {
    const context = { step: "desk", source: "", prepared: undefined, init: {}, services: {} as never };
    const container = detections([detection(around(150), { trackerId: 1 })]);
    const given = { image: frame(1, FILE), metadata: video(1, FILE), detections: container, zone: [] };
    const rules = { triggering_anchor: "CENTER", reset_out_of_zone_detections: true };
    const found = [true, false].map((removed) => {
      const inputs = { ...given, ...rules, remove_out_of_zone_detections: removed };
      const outputs = block.run?.(inputs, { ...context, state: block.state?.() }) as Record<string, Detections>;
      return outputs["timed_detections"]?.items.map(({ timeInZone }) => timeInZone);
    });
    expect(found).toEqual([[], [0]]);
  });

  it("looks at the anchor it is given", () => {
    expect(times(block, [204], { triggering_anchor: "CENTER_LEFT" })).toEqual([0]);
    expect(times(block, [204], { triggering_anchor: "CENTER_RIGHT" })).toEqual([undefined]);
  });

  it("takes the outline for inside", () => {
    expect(times(block, [100, 200])).toEqual([0, 0.1]);
  });

  it("asks for a tracker when detections have no ids", () => {
    const run = () =>
      new Step(block).run({
        image: frame(1),
        metadata: video(1),
        detections: detections([detection(around(150))]),
        zone: SQUARE,
      });
    expect(run).toThrow(/no tracker id.*byte_tracker/);
  });

  it("says what a zone is when it gets something else", () => {
    const run = () =>
      block.run?.(
        {
          image: frame(1),
          metadata: video(1),
          detections: detections([]),
          zone: [
            [1, 2],
            [3, 4],
          ],
        },
        { step: "desk", source: "", state: block.state?.(), prepared: undefined, init: {}, services: {} as never },
      );
    expect(run).toThrow('step "desk": zone is [[1,2],[3,4]], expected at least three points');
  });
});

describe("the versions of time_in_zone", () => {
  it("take several polygons from the third on, a change between them counting as staying", () => {
    const values = { zone: [SQUARE, FAR_SQUARE] };
    expect(times(timeInZoneV3, [150, 590, 300], values)).toEqual([0, 0.1, undefined]);
    expect(() => times(timeInZoneV2, [150], values)).toThrow();
  });

  it("name zones that have a name, each with its own time", () => {
    const wide = SQUARE.map(([x = 0, y = 0]): [number, number] => [x * 2, y]);
    const zone = [[...SQUARE], wide];
    nameZone(zone[0], "door");
    nameZone(zone[1], "hall");
    const context = { step: "desk", source: "", state: timeInZoneV3.state?.() } as never;
    const rules = {
      triggering_anchor: "CENTER",
      remove_out_of_zone_detections: true,
      reset_out_of_zone_detections: true,
    };
    const stays = [150, 210, 290, 220, 150, 50, 150].map((x, i) => {
      const container = detections([detection(around(x), { trackerId: 1 })]);
      const inputs = { image: frame(i + 1, FILE), detections: container, zone, ...rules };
      const answer = timeInZoneV3.run?.(inputs as never, context) as Record<string, unknown>;
      const timed = answer["timed_detections"] as Detections;
      return Object.fromEntries((timed.items[0]?.zones ?? []).map((stay) => [stay.zone, stay.seconds]));
    });
    expect(stays).toEqual([{ door: 0 }, { hall: 0 }, { hall: 0.1 }, { hall: 0.2 }, { door: 0 }, {}, { door: 0 }]);
  });

  it("name the step where a zone has no name", () => {
    const container = detections([detection(around(150), { trackerId: 1 })]);
    const { items } = new Step(timeInZoneV3).run({ image: frame(1, FILE), detections: container, zone: [SQUARE] })[
      "timed_detections"
    ] as Detections;
    expect(items[0]?.zones?.map(({ zone }) => zone)).toEqual(["step"]);
  });

  it("take the clock of a stream from the time of its frames", () => {
    const step = new Step(timeInZoneV2);
    const found = [0, 1500].map((ms) => {
      const image = frame(1, { frameTimestamp: 1_700_000_000_000 + ms });
      const container = detections([detection(around(150), { trackerId: 1 })]);
      const { items } = step.run({ image, detections: container, zone: SQUARE })["timed_detections"] as Detections;
      return items[0]?.timeInZone;
    });
    expect(found).toEqual([0, 1.5]);
  });

  it("take the clock from the metadata in the first one", () => {
    const step = new Step(timeInZoneV1);
    const found = [1, 31].map((number) => {
      const container = detections([detection(around(150), { trackerId: 1 })]);
      const values = { image: frame(1, FILE), metadata: video(number, FILE), detections: container, zone: SQUARE };
      return (step.run(values)["timed_detections"] as Detections).items[0]?.timeInZone;
    });
    expect(found).toEqual([0, 3]);
  });

  it("name the zone after the step, beside those of steps before, for objects inside alone", () => {
    const before = [{ zone: "yard", seconds: 2 }];
    const items = [150, 590].map((x, i) => detection(around(x), { trackerId: i, zones: before }));
    const values = {
      image: frame(1),
      detections: detections(items),
      zone: SQUARE,
      remove_out_of_zone_detections: false,
    };
    const found = new Step(timeInZoneV3).run(values)["timed_detections"] as Detections;
    expect(found.items.map(({ zones }) => zones)).toEqual([[...before, { zone: "step", seconds: 0 }], before]);
  });
});
