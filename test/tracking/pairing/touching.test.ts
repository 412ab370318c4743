import fc from "fast-check";
import { expect, it } from "vitest";
import { type Box, overlap } from "../../../src/geometry/box-overlap.ts";
import { assign } from "../../../src/tracking/pairing/assignment.ts";
import { openBoxGrid } from "../../../src/tracking/pairing/box-grid.ts";
import { type Pairs, touching } from "../../../src/tracking/pairing/touching.ts";

it("finds exactly the boxes that overlap, few or many, wherever they lie", () => {
  const coordinate = fc.oneof(fc.double({ min: -50, max: 700, noNaN: true }), fc.constantFrom(-1e9, 0, 1e9));
  const size = fc.oneof(fc.double({ min: 0, max: 60, noNaN: true }), fc.constantFrom(0, 5000));
  const box = fc.tuple(coordinate, coordinate, size, size).map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
  const boxes = fc.array(box, { minLength: 0, maxLength: 120, size: "max" });
  fc.assert(
    fc.property(boxes, boxes, (rows, columns) => {
      expect(listed(touching(rows, columns))).toEqual(compared(rows, columns));
    }),
    { numRuns: 60 },
  );
});

it("looks at the neighbours of a box alone, however many boxes there are", () => {
  const boxes = spread(10_000);
  const near = openBoxGrid(Float64Array.from(boxes.flat()));
  expect(Math.max(...boxes.map((box) => near(box).length))).toBeLessThanOrEqual(16);
});

it("assigns ten times as many objects in about ten times as many looks at costs, also where each touches the next", () => {
  const few = looksAtCosts(400);
  expect(looksAtCosts(4000)).toBeLessThan(14 * few);
});

/** Squares in rows, which do not touch each other. */
function spread(count: number): Box[] {
  const side = Math.ceil(Math.sqrt(count));
  return Array.from({ length: count }, (_, i): Box => {
    const [x, y] = [(i % side) * 10, Math.floor(i / side) * 10];
    return [x, y, x + 8, y + 8];
  });
}

function looksAtCosts(count: number): number {
  const line = (moved: number) =>
    Array.from({ length: count }, (_, i): Box => [i * 6 + moved, 0, i * 6 + 10 + moved, 10]);
  const pairs = touching(line(0), line(1));
  let looks = 0;
  const costs = new Proxy(pairs.costs, {
    get(target, key) {
      looks++;
      return Reflect.get(target, key, target);
    },
  });
  const found = assign({ pairs: { ...pairs, costs }, columns: count, limit: 0.9 });
  expect(found.every((column, row) => column === row)).toBe(true);
  return looks;
}

function listed({ starts, columns, costs }: Pairs) {
  return Array.from({ length: starts.length - 1 }, (_, row) =>
    Array.from({ length: starts[row + 1]! - starts[row]! }, (_, i) => {
      const at = starts[row]! + i;
      return [columns[at], Math.round(1e6 * (1 - costs[at]!))];
    }),
  );
}

function compared(rows: readonly Box[], columns: readonly Box[]) {
  return rows.map((row) =>
    columns.flatMap((column, i) => (touches(row, column) ? [[i, Math.round(1e6 * overlap(row, column))]] : [])),
  );
}

function touches(a: Box, b: Box): boolean {
  return Math.min(a[2], b[2]) > Math.max(a[0], b[0]) && Math.min(a[3], b[3]) > Math.max(a[1], b[1]);
}
