import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CellRectangle, cellGroups } from "../../../src/vision/shapes/cell-groups.ts";

const [WIDTH, HEIGHT] = [16, 9];

function marksOf(cells: readonly (readonly [x: number, y: number])[]): Uint8Array {
  const marks = new Uint8Array(WIDTH * HEIGHT);
  for (const [x, y] of cells) marks[y * WIDTH + x] = 1;
  return marks;
}

const cell = fc.tuple(fc.nat(WIDTH - 1), fc.nat(HEIGHT - 1));
const most = fc.record({ columns: fc.integer({ min: 1, max: WIDTH }), rows: fc.integer({ min: 1, max: HEIGHT }) });
const holds = ({ left, top, right, bottom }: CellRectangle, [x, y]: readonly [number, number]) =>
  left <= x && x < right && top <= y && y < bottom;

describe("groups of cells", () => {
  test("are of cells with at most one other between them", () => {
    const marks = marksOf([
      [1, 1],
      [3, 2],
      [6, 2],
      [15, 8],
    ]);
    expect(cellGroups(marks, WIDTH, { columns: 9, rows: 9 })).toEqual([
      { left: 1, top: 1, right: 4, bottom: 3 },
      { left: 6, top: 2, right: 7, bottom: 3 },
      { left: 15, top: 8, right: 16, bottom: 9 },
    ]);
  });

  test("hold every marked cell, are no larger than allowed, and end at marked cells", () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 60 }), most, (cells, limit) => {
        const groups = cellGroups(marksOf(cells), WIDTH, limit);
        for (const one of cells) expect(groups.some((group) => holds(group, one))).toBe(true);
        for (const group of groups) {
          expect(group.right - group.left).toBeLessThanOrEqual(limit.columns);
          expect(group.bottom - group.top).toBeLessThanOrEqual(limit.rows);
          for (const side of [
            cells.filter(([x]) => x === group.left),
            cells.filter(([x]) => x === group.right - 1),
            cells.filter(([, y]) => y === group.top),
            cells.filter(([, y]) => y === group.bottom - 1),
          ]) {
            expect(side.some((one) => holds(group, one))).toBe(true);
          }
        }
      }),
    );
  });
});
