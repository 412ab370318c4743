import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineCounterV1, lineCounterV2 } from "../../../src/blocks/analytics/line-counter.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame, video } from "../values.ts";

const LEFT_TO_RIGHT = [
  [0, 100],
  [200, 100],
];

/** A box of 10 x 10 around a point. */
function around(x: number, y: number): Detection["box"] {
  return [x - 5, y - 5, x + 5, y + 5];
}

/** What crossed in each frame, of one object that goes from point to point. */
function crossings(points: readonly (readonly [number, number])[], values: Values = {}): string[] {
  const step = new Step(lineCounterV2);
  return points.map(([x, y], i) => {
    const container = detections([detection(around(x, y), { trackerId: 7 })]);
    const found = step.run({ image: frame(i + 1), detections: container, line_segment: LEFT_TO_RIGHT, ...values });
    const into = (found["detections_in"] as Detections).items.length;
    const out = (found["detections_out"] as Detections).items.length;
    return into ? "in" : out ? "out" : "";
  });
}

describe("line_counter@v2", () => {
  it("counts in what goes up over a line drawn left to right, out what comes down", () => {
    expect(
      crossings([
        [50, 150],
        [50, 50],
      ]),
    ).toEqual(["", "in"]);
    expect(
      crossings([
        [50, 50],
        [50, 150],
      ]),
    ).toEqual(["", "out"]);
  });

  it("turns the directions round when the points of the line are exchanged", () => {
    expect(
      crossings(
        [
          [50, 150],
          [50, 50],
        ],
        { line_segment: LEFT_TO_RIGHT.toReversed() },
      ),
    ).toEqual(["", "out"]);
  });

  it("counts in what goes right over a line drawn downwards", () => {
    const line_segment = [
      [100, 0],
      [100, 200],
    ];
    expect(
      crossings(
        [
          [80, 50],
          [120, 50],
          [80, 50],
        ],
        { line_segment },
      ),
    ).toEqual(["", "in", "out"]);
  });

  it("waits for all four corners unless an anchor is named", () => {
    const path = [
      [50, 120],
      [50, 103],
      [50, 97],
      [50, 90],
    ] as const;
    expect(crossings(path)).toEqual(["", "", "", "in"]);
    expect(crossings(path, { triggering_anchor: "CENTER" })).toEqual(["", "", "in", ""]);
    expect(crossings(path, { triggering_anchor: "TOP_CENTER" })).toEqual(["", "in", "", ""]);
  });

  it("keeps running totals and hands out the detections that crossed", () => {
    const step = new Step(lineCounterV2);
    const at = (number: number, first: number, second: number) => {
      const items = [detection(around(50, first), { trackerId: 1 }), detection(around(90, second), { trackerId: 2 })];
      const { count_in, count_out, ...crossed } = step.run({
        image: frame(number),
        detections: detections(items),
        line_segment: LEFT_TO_RIGHT,
      });
      const ids = Object.values(crossed).map((value) => (value as Detections).items.map(({ trackerId }) => trackerId));
      return [count_in, count_out, ...ids];
    };
    expect(at(1, 150, 50)).toEqual([0, 0, [], []]);
    expect(at(2, 50, 150)).toEqual([1, 1, [1], [2]]);
    expect(at(3, 50, 50)).toEqual([2, 1, [2], []]);
  });

  it("does not count what passes beside the ends, nor what goes round one and comes back behind the line", () => {
    expect(
      crossings([
        [250, 150],
        [250, 50],
      ]),
    ).toEqual(["", ""]);
    expect(
      crossings([
        [150, 150],
        [250, 150],
        [250, 50],
        [150, 50],
      ]),
    ).toEqual(["", "", "", ""]);
  });

  it("does not forget a side because one corner reaches past an end", () => {
    expect(
      crossings([
        [150, 150],
        [197, 120],
        [150, 50],
      ]),
    ).toEqual(["", "", "in"]);
  });

  it("does not count an object for standing on the line", () => {
    expect(
      crossings([
        [50, 150],
        [50, 100],
        [50, 101],
        [50, 99],
        [50, 150],
      ]),
    ).toEqual(["", "", "", "", ""]);
  });

  it("never counts an object twice in one direction without its going back", () => {
    const walk = fc.array(fc.tuple(fc.integer({ min: -40, max: 240 }), fc.integer({ min: 80, max: 120 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(walk, fc.constantFrom("CENTER", "BOTTOM_CENTER", null), (points, triggering_anchor) => {
        const counted = crossings(points, {
          triggering_anchor,
          line_segment: [
            [-100, 100],
            [300, 100],
          ],
        }).filter(Boolean);
        counted.forEach((direction, i) => {
          expect(direction).not.toBe(counted[i - 1]);
        });
      }),
    );
  });

  it("counts for each source by itself", () => {
    const step = new Step(lineCounterV2);
    const look = (source: string, y: number) =>
      step.run(
        {
          image: frame(1),
          detections: detections([detection(around(50, y), { trackerId: 1 })]),
          line_segment: LEFT_TO_RIGHT,
        },
        source,
      )["count_in"];
    expect([look("a", 150), look("b", 50), look("a", 50), look("b", 50)]).toEqual([0, 0, 1, 0]);
  });

  it("counts nothing without detections", () => {
    const found = new Step(lineCounterV2).run({
      image: frame(1),
      detections: detections([]),
      line_segment: LEFT_TO_RIGHT,
    });
    expect(found).toMatchObject({ count_in: 0, count_out: 0 });
  });

  it("asks for a tracker when detections have no ids", () => {
    const container = detections([detection(around(50, 50)), detection(around(80, 50), { trackerId: 3 })]);
    const run = () =>
      new Step(lineCounterV2).run({ image: frame(1), detections: container, line_segment: LEFT_TO_RIGHT });
    expect(run).toThrowErrorMatchingInlineSnapshot(
      `[StepError: step "step": 1 of 2 detections have no tracker id; put a tracker such as roboflow_core/byte_tracker@v3 before it and connect its tracked_detections]`,
    );
  });

  it("says what a line is when it gets something else", () => {
    const run = () =>
      lineCounterV2.run?.(
        {
          image: frame(1),
          detections: detections([]),
          line_segment: [
            [5, 5],
            [5, 5],
          ],
          triggering_anchor: null,
        },
        {
          step: "door",
          source: "",
          state: lineCounterV2.state?.(),
          prepared: undefined,
          init: {},
          services: {} as never,
        },
      );
    expect(run).toThrowErrorMatchingInlineSnapshot(
      `[StepError: step "door": line_segment is [[5,5],[5,5]], expected two different points in pixels such as [[0, 360], [1280, 360]]]`,
    );
  });
});

describe("line_counter@v1", () => {
  it("counts as version 2 does, by the metadata of the video and with the centre as its anchor", () => {
    const step = new Step(lineCounterV1);
    const look = (y: number) =>
      step.run({
        metadata: video(1),
        detections: detections([detection(around(50, y), { trackerId: 7 })]),
        line_segment: LEFT_TO_RIGHT,
      });
    expect([look(103), look(97), look(103)]).toEqual([
      { count_in: 0, count_out: 0 },
      { count_in: 1, count_out: 0 },
      { count_in: 1, count_out: 1 },
    ]);
  });
});
