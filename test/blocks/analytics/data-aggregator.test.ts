import { describe, expect, it } from "vitest";
import type { AggregationMode } from "../../../src/blocks/analytics/aggregates.ts";
import { openAggregate } from "../../../src/blocks/analytics/aggregates.ts";
import { dataAggregatorV1 } from "../../../src/blocks/analytics/data-aggregator.ts";
import { Step } from "../run-block.ts";
import { detection, detections, frame } from "../values.ts";

function summed(mode: AggregationMode, values: readonly unknown[]): unknown {
  const aggregate = openAggregate(mode, "x");
  for (const value of values) aggregate.add(value);
  return aggregate.result;
}

describe("ways to sum up", () => {
  it("take numbers and truth values as numbers", () => {
    expect(summed("sum", [1, 2.5, true])).toBe(4.5);
    expect(summed("avg", [1, 2])).toBe(1.5);
    expect(summed("values_difference", [5, 3, 1])).toBe(4);
    expect(summed("values_difference", [2, 7])).toBe(5);
  });

  it("find the greatest and the least of what can be compared", () => {
    expect([summed("max", [3, 9, 4]), summed("min", ["pear", "apple"])]).toEqual([9, "apple"]);
    expect(() => summed("max", [1, "a"])).toThrow(`data: "x" is 'a', expected something to compare with 1`);
  });

  it("count what has a length as often, and what is in lists", () => {
    expect(summed("count", [["a", "b"], "word", 7, []])).toBe(7);
    expect(summed("distinct", [["car", "dog"], "car", []])).toEqual(["car", "dog"]);
    expect(summed("count_distinct", [1, true, 1.0, "1", null])).toBe(3);
    expect(summed("values_counts", [["коробка", "a"], "a", true])).toEqual({ коробка: 1, a: 2, True: 1 });
    expect(() => summed("distinct", [[[1]]])).toThrow('data: "x" is [1], expected a text');
  });

  it("give null where there was nothing to tell of", () => {
    expect((["avg", "max", "min", "values_difference"] as const).map((mode) => summed(mode, []))).toEqual(
      Array(4).fill(null),
    );
  });
});

describe("data_aggregator", () => {
  const settings = {
    data_operations: { people: [{ type: "SequenceLength" }] },
    aggregation_mode: { people: ["max", "sum"] },
    interval: 2,
  };
  const crowd = (n: number) => detections(Array.from({ length: n }, () => detection([0, 0, 9, 9])));

  it("gives sums once a number of runs is over and begins again, for each camera by itself", () => {
    const step = new Step(dataAggregatorV1);
    const look = (n: number, source?: string) =>
      step.run({ ...settings, interval_unit: "runs", data: { people: crowd(n) } }, source);
    const nothing = { people_max: null, people_sum: null };
    expect([look(3), look(1, "other"), look(5), look(2), look(1)]).toEqual([
      nothing,
      nothing,
      { people_max: 5, people_sum: 8 },
      nothing,
      { people_max: 2, people_sum: 3 },
    ]);
  });

  it("goes by the clock of a picture among its values", () => {
    const step = new Step(dataAggregatorV1);
    const look = (clockS: number) =>
      step.run({ ...settings, interval_unit: "minutes", data: { people: crowd(1), image: frame(1, { clockS }) } });
    const sums = [0, 60, 119, 120, 121, 239.9, 240].map((clockS) => look(clockS)["people_sum"]);
    expect(sums).toEqual([null, null, null, 4, null, null, 3]);
  });
});
