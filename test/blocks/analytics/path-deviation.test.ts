import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathDeviationV1, pathDeviationV2 } from "../../../src/blocks/analytics/path-deviation.ts";
import { PathDistance } from "../../../src/blocks/analytics/path-distance.ts";
import type { Point } from "../../../src/kinds/anchor.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame, video } from "../values.ts";

const PATH = [
  [0, 50],
  [50, 50],
  [100, 50],
];

function deviation(step: Step, [x, y]: Point, values: Values = {}): unknown {
  const container = detections([detection([x - 5, y - 5, x + 5, y + 5], { trackerId: 1 })]);
  const given = { image: frame(1), metadata: video(1), detections: container, reference_path: PATH, ...values };
  return (step.run(given)["path_deviation_detections"] as Detections).items[0]?.data?.["path_deviation"];
}

describe.each([pathDeviationV1, pathDeviationV2])("$type", (block) => {
  it("tells how far the way so far leads from the whole path", () => {
    const step = new Step(block);
    // What has not walked the path yet is as far from it as its end is.
    expect(deviation(step, [0, 50])).toBe(100);
    expect(deviation(step, [50, 60])).toBeCloseTo(Math.hypot(50, 10));
    expect(deviation(step, [100, 50])).toBe(10);
    expect(deviation(step, [100, 80])).toBe(30);
  });

  it("takes the named point of the box, keeps cameras apart and asks for ids", () => {
    const step = new Step(block);
    expect(deviation(step, [100, 45], { triggering_anchor: "BOTTOM_CENTER" })).toBe(100);
    const untracked = detections([detection([0, 0, 9, 9])]);
    expect(() => deviation(step, [0, 0], { detections: untracked })).toThrow("have no tracker id");
  });
});

/** By the definition, with the whole table. */
function wholeTable(way: readonly Point[], path: readonly Point[]): number {
  const table: number[][] = [];
  way.forEach(([x, y], i) => {
    const row: number[] = [];
    table.push(row);
    path.forEach(([px, py], j) => {
      const before = [table[i - 1]?.[j], table[i - 1]?.[j - 1], row[j - 1]].filter((value) => value !== undefined);
      const here = Math.hypot(x - px, y - py);
      row.push(Math.max(before.length === 0 ? 0 : Math.min(...before), here));
    });
  });
  return table.at(-1)?.at(-1) ?? Number.NaN;
}

it("needs no more than the last row of the table", () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 }));
  const points = fc.array(point, { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(points, points, (way, path) => {
      const distance = new PathDistance();
      let last = 0;
      for (const at of way) last = distance.walk(path, at);
      expect(last).toBeCloseTo(wholeTable(way, path), 9);
    }),
  );
});
