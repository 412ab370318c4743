import fc from "fast-check";
import { expect, it } from "vitest";
import type { Box } from "../../../src/geometry/box-overlap.ts";
import { assign } from "../../../src/tracking/pairing/assignment.ts";
import { touching } from "../../../src/tracking/pairing/touching.ts";
import { allPairs } from "../all-pairs.ts";

const BOX: Box = [0, 0, 1, 1];

it("takes the pairs whose sum is least, not the best pair first", () => {
  const values = Float64Array.from([1, 2, 2, 9]);
  expect([...assign({ pairs: allPairs(values, 2, 2), columns: 2, limit: 10 })]).toEqual([1, 0]);
});

it("assigns no column to a row when each of its pairs is above the limit", () => {
  const values = Float64Array.from([0.9, 0.8, 0.1, 0.2]);
  expect([...assign({ pairs: allPairs(values, 2, 2), columns: 2, limit: 0.5 })]).toEqual([-1, 0]);
});

it("has no pairs for no rows or no columns", () => {
  expect([...assign({ pairs: touching([], [BOX, BOX, BOX]), columns: 3, limit: 1 })]).toEqual([]);
  expect([...assign({ pairs: touching([BOX, BOX], []), columns: 0, limit: 1 })]).toEqual([-1, -1]);
});

it("finds the least sum that trying everything finds", () => {
  const size = fc.integer({ min: 1, max: 5 });
  const problem = fc.tuple(size, size).chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      limit: fc.constantFrom(0.3, 0.7, 2),
      costs: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: rows * columns, maxLength: rows * columns }),
    }),
  );
  fc.assert(
    fc.property(problem, ({ rows, columns, limit, costs }) => {
      const values = Float64Array.from(costs, (cost) => cost / 20);
      const found = [...assign({ pairs: allPairs(values, rows, columns), columns, limit })];
      const used = found.filter((column) => column >= 0);
      expect(new Set(used).size).toBe(used.length);
      const costOf = (row: number, column: number) => (column < 0 ? limit : values[row * columns + column]!);
      expect(found.every((column, row) => costOf(row, column) <= limit)).toBe(true);
      const sum = found.reduce((total, column, row) => total + costOf(row, column), 0);
      expect(sum).toBeCloseTo(leastSum(rows, columns, costOf), 9);
    }),
  );
});

function leastSum(rows: number, columns: number, costOf: (row: number, column: number) => number): number {
  const visit = (row: number, used: ReadonlySet<number>): number => {
    if (row === rows) return 0;
    let least = costOf(row, -1) + visit(row + 1, used);
    for (let column = 0; column < columns; column++) {
      if (used.has(column) || costOf(row, column) > costOf(row, -1)) continue;
      least = Math.min(least, costOf(row, column) + visit(row + 1, new Set([...used, column])));
    }
    return least;
  };
  return visit(0, new Set());
}
