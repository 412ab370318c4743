import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxOf, type WaitingRegion } from "../../../src/daemon/models/choose-regions.ts";
import type { RecentObject } from "../../../src/daemon/models/recent-objects.ts";
import { planRegions, type RegionFacts } from "../../../src/daemon/models/region-plan.ts";
import { type Box, contains } from "../../../src/geometry/box-overlap.ts";
import { LUMINANCE } from "../../../src/kinds/frame.ts";

const PICTURE = { width: 3840, height: 2160 };
const INPUT = { width: 416, height: 416 };
const RULES = { most: 4, wholeEveryS: 1 };

type Cell = readonly [column: number, row: number];

function cells(...marked: readonly Cell[]): Uint8Array {
  const changed = new Uint8Array(LUMINANCE.width * LUMINANCE.height);
  for (const [column, row] of marked) changed[row * LUMINANCE.width + column] = 1;
  return changed;
}

const object = (box: Box, more: Partial<RecentObject> = {}): RecentObject => {
  return { box, score: 0.5, classIndex: 0, isNear: true, ageS: 0.1, stands: true, ...more };
};
const NOTHING: RegionFacts = { changed: cells(), objects: [], waiting: [], wholeAgeS: 0.1 };
const plan = (facts: Partial<RegionFacts>, rules = RULES) =>
  planRegions({ ...NOTHING, ...facts }, { picture: PICTURE, input: INPUT, rules });
const block = (left: number, top: number, right: number, bottom: number): Cell[] =>
  Array.from({ length: (right - left) * (bottom - top) }, (_, i): Cell => {
    return [left + (i % (right - left)), top + Math.floor(i / (right - left))];
  });

describe("what of a picture is looked at", () => {
  test("is nothing where nothing has changed and nothing was found", () => {
    expect(plan({})).toMatchObject({ regions: [], leftOut: [], isWhole: false });
  });

  test("is the whole picture when it is time for it", () => {
    expect(plan({ wholeAgeS: 1 }).isWhole).toBe(true);
    expect(plan({}, { ...RULES, wholeEveryS: 0 }).isWhole).toBe(true);
  });

  test("is where cells have changed, with room around", () => {
    const { regions } = plan({ changed: cells([40, 30], [40, 31]) });
    expect(regions).toEqual([{ x: 764, y: 536, width: 416, height: 416 }]);
  });

  test("is where something moves on that was found", () => {
    const changed = cells([82, 40], [82, 41], [83, 41]);
    const { regions } = plan({ changed, objects: [object([1980, 960, 2010, 1030])] });
    expect(regions).toHaveLength(1);
    expect(contains(boxOf(regions[0]!), [1980, 960, 2010, 1030])).toBe(true);
  });

  test("is a still object now and then, and one that the last look missed at once", () => {
    const still = object([1980, 960, 2010, 1030]);
    expect(plan({ objects: [still] }).regions).toEqual([]);
    expect(plan({ objects: [{ ...still, ageS: 1 }] }).regions).toHaveLength(1);
    expect(plan({ objects: [{ ...still, stands: false }] }).regions).toHaveLength(1);
  });

  test("is the whole picture where an object is so large that a region would show it no better", () => {
    const bus = object([500, 300, 3000, 1900]);
    const { regions, isWhole, shows } = plan({ objects: [bus], changed: cells(...block(20, 12, 125, 80)) });
    expect({ regions, isWhole, isShown: shows(bus) }).toEqual({ regions: [], isWhole: true, isShown: true });
  });

  test("is no part of a large object that moves, although its margin does not", () => {
    const bus = object([500, 300, 3000, 1900]);
    const every = block(21, 13, 125, 79).filter(([column, row]) => (column + row) % 2 === 0);
    expect(plan({ objects: [bus], changed: cells(...every) }).regions).toEqual([]);
  });

  test("is also what moves before a large object that stands still", () => {
    const bus = object([500, 300, 3000, 1900]);
    expect(plan({ objects: [bus], changed: cells([60, 40]) }).regions).toHaveLength(1);
  });

  test("is divided where a large part has changed, so that small things in it are seen", () => {
    const { regions, leftOut } = plan({ changed: cells(...block(20, 20, 70, 40)) });
    const widths = [...regions, ...leftOut].map(({ width }) => width);
    expect(widths.length).toBeGreaterThan(1);
    expect(Math.max(...widths)).toBeLessThanOrEqual(1.5 * INPUT.width);
  });

  test("shows an object where a region holds all of it, or the whole picture did before", () => {
    const { shows } = plan({ changed: cells([40, 30]), wholeAgeS: 1 });
    expect(shows(object([900, 700, 940, 800]))).toBe(true);
    expect(shows(object([1900, 700, 1940, 800]))).toBe(false);
    expect(shows(object([1900, 700, 1940, 800], { isNear: false }))).toBe(true);
    expect(shows(object([-90, 700, -40, 800]))).toBe(true);
  });

  test("holds every changed cell or counts what holds it as left out, for pictures and inputs of any size", () => {
    const cell = fc.tuple(fc.nat(LUMINANCE.width - 1), fc.nat(LUMINANCE.height - 1));
    const sizes = fc.record({
      picture: fc.record({ width: fc.integer({ min: 320, max: 4096 }), height: fc.integer({ min: 180, max: 3072 }) }),
      input: fc.record({ width: fc.integer({ min: 96, max: 640 }), height: fc.integer({ min: 96, max: 640 }) }),
      most: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 80 }), sizes, (marked, { picture, input, most }) => {
        const facts = { ...NOTHING, changed: cells(...marked) };
        const { regions, leftOut } = planRegions(facts, { picture, input, rules: { most, wholeEveryS: 0 } });
        expect(regions.length).toBeLessThanOrEqual(most);
        const [width, height] = [picture.width / LUMINANCE.width, picture.height / LUMINANCE.height];
        for (const [column, row] of marked) {
          const box = [column * width, row * height, (column + 1) * width, (row + 1) * height].map((side) =>
            Number(side.toFixed(6)),
          ) as unknown as Box;
          expect([...regions, ...leftOut].some((region) => contains(boxOf(region), box))).toBe(true);
        }
      }),
    );
  });

  test("leaves no place out for long, however many there are", () => {
    const changed = cells(...Array.from({ length: 8 }, (_, i): Cell => [5 + 20 * i, 10]));
    const seen = new Set<number>();
    let waiting: readonly WaitingRegion[] = [];
    for (let frame = 0; frame < 4; frame++) {
      const { regions, leftOut } = plan({ changed, waiting }, { ...RULES, most: 2 });
      for (const { x } of regions) seen.add(x);
      waiting = leftOut;
    }
    expect(seen.size).toBe(8);
  });
});
