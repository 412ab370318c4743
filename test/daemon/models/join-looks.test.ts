import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FoundBox, joinLooks, type Look, rowsOf } from "../../../src/daemon/models/join-looks.ts";
import { overlap } from "../../../src/geometry/box-overlap.ts";
import type { Region } from "../../../src/kinds/image.ts";

const PICTURE = { width: 1000, height: 600 };
const RULES = { picture: PICTURE, iouThreshold: 0.5, classAgnostic: false, maxDetections: 100 };

type Row = readonly [x1: number, y1: number, x2: number, y2: number, score: number, classIndex: number];

/** Rows in pixels of the picture, as a look at this part gives them. */
function look(region: Region | null, ...rows: readonly Row[]): Look {
  const { x, y } = region ?? { x: 0, y: 0 };
  const own = rows.map(([x1, y1, x2, y2, ...rest]) => [x1 - x, y1 - y, x2 - x, y2 - y, ...rest]);
  return { region, rows: Float32Array.from(own.flat()) };
}

const boxes = (found: readonly FoundBox[]) => found.map(({ box }) => box);
const region = (x: number, y: number): Region => ({ x, y, width: 300, height: 300 });

describe("looks put together", () => {
  test("give an object that two of them show once, as the surer one has it", () => {
    const { objects } = joinLooks(
      [look(null, [100, 100, 142, 180, 0.5, 0]), look(region(50, 50), [101, 102, 140, 181, 0.75, 0])],
      [],
      RULES,
    );
    expect(objects).toEqual([{ box: [101, 102, 140, 181], score: 0.75, classIndex: 0, isNear: true }]);
  });

  test("keep objects of other classes at the same place, unless classes are all the same", () => {
    const looks = [look(null, [100, 100, 140, 180, 0.5, 1]), look(region(50, 50), [100, 100, 140, 180, 0.75, 0])];
    expect(joinLooks(looks, [], RULES).objects).toHaveLength(2);
    expect(joinLooks(looks, [], { ...RULES, classAgnostic: true }).objects).toHaveLength(1);
  });

  test("keep what the model told apart in one look", () => {
    const looks = [look(region(50, 50), [100, 100, 140, 180, 0.75, 0], [105, 100, 145, 180, 0.5, 0])];
    expect(joinLooks(looks, [], RULES).objects).toHaveLength(2);
  });

  test("leave out what the edge of a region cuts, in favour of one that shows it whole", () => {
    const looks = [
      look(region(0, 0), [250, 100, 300, 200, 0.9, 0]),
      look(region(200, 0), [250, 100, 340, 200, 0.6, 0]),
    ];
    const { objects, cut } = joinLooks(looks, [], RULES);
    expect(boxes(objects)).toEqual([[250, 100, 340, 200]]);
    expect(cut).toEqual([]);
  });

  test("say where something was cut that no look shows whole", () => {
    const { objects, cut } = joinLooks([look(region(0, 0), [250, 100, 300, 200, 0.75, 0])], [], RULES);
    expect(objects).toEqual([]);
    expect(boxes(cut)).toEqual([[250, 100, 300, 200]]);
  });

  test("take nothing as cut that ends at the edge of the picture", () => {
    const { objects } = joinLooks([look(region(700, 300), [900, 400, 1000, 600, 0.75, 0])], [], RULES);
    expect(boxes(objects)).toEqual([[900, 400, 1000, 600]]);
  });

  test("keep what stands from before where they show nothing else", () => {
    const standing: FoundBox[] = [
      { box: [100, 100, 140, 180], score: 0.875, classIndex: 0, isNear: true },
      { box: [500, 100, 540, 180], score: 0.625, classIndex: 0, isNear: true },
    ];
    const { objects, fresh } = joinLooks([look(null, [102, 100, 142, 180, 0.5, 0])], standing, RULES);
    expect(boxes(objects)).toEqual([
      [500, 100, 540, 180],
      [102, 100, 142, 180],
    ]);
    expect(boxes(fresh)).toEqual([[102, 100, 142, 180]]);
  });

  test("give the best ones where they are more than asked for", () => {
    const looks = [
      look(null, [0, 0, 10, 10, 0.5, 0], [50, 0, 60, 10, 0.25, 0]),
      look(region(50, 50), [100, 100, 140, 180, 0.75, 0]),
    ];
    const { objects } = joinLooks(looks, [], { ...RULES, maxDetections: 2 });
    expect([...rowsOf(objects)]).toEqual([100, 100, 140, 180, 0.75, 0, 0, 0, 10, 10, 0.5, 0]);
  });

  test("keep every object that a look shows whole exactly once, however many show it", () => {
    // Objects of a grid, each somewhere in its own cell, so that none covers another.
    const object = fc.record({ column: fc.nat(9), row: fc.nat(5), score: fc.integer({ min: 40, max: 99 }) });
    const objects = fc.uniqueArray(object, { selector: ({ column, row }) => `${column} ${row}`, maxLength: 20 });
    const part = fc.record({ x: fc.nat(700), y: fc.nat(300) }).map(({ x, y }) => region(x, y));
    fc.assert(
      fc.property(objects, fc.array(part, { maxLength: 4 }), fc.boolean(), (there, parts, isWhole) => {
        const whole = there.map(({ column, row, score }): Row => {
          return [100 * column + 20, 100 * row + 20, 100 * column + 70, 100 * row + 90, score / 128, 0];
        });
        const looks = [...(isWhole ? [null] : []), ...parts].map((at) => look(at, ...seenIn(at, whole)));
        const { objects: found } = joinLooks(looks, [], RULES);
        const shown = whole.filter((row) => looks.some(({ region: at }) => isInside(row, at)));
        expect(found).toHaveLength(shown.length);
        for (const [x1, y1, x2, y2] of shown) {
          expect(found.filter(({ box }) => overlap(box, [x1, y1, x2, y2]) > 0.99)).toHaveLength(1);
        }
        expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
      }),
    );
  });
});

/** As a model sees them: what lies beyond the region is not there. */
function seenIn(at: Region | null, rows: readonly Row[]): Row[] {
  if (at === null) return [...rows];
  return rows
    .map(([x1, y1, x2, y2, ...rest]): Row => {
      return [Math.max(x1, at.x), Math.max(y1, at.y), Math.min(x2, at.x + 300), Math.min(y2, at.y + 300), ...rest];
    })
    .filter(([x1, y1, x2, y2]) => x2 - x1 > 1 && y2 - y1 > 1);
}

/** Far enough from an edge that is not the picture's. */
function isInside([x1, y1, x2, y2]: Row, at: Region | null): boolean {
  if (at === null) return true;
  const edge = 4.5;
  return (
    (x1 - at.x >= edge || (at.x === 0 && x1 >= 0)) &&
    (y1 - at.y >= edge || (at.y === 0 && y1 >= 0)) &&
    (at.x + 300 - x2 >= edge || (at.x === 700 && x2 <= 1000)) &&
    (at.y + 300 - y2 >= edge || (at.y === 300 && y2 <= 600))
  );
}
