import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boxOf,
  chooseRegions,
  scaleOf,
  type Target,
  type WaitingRegion,
} from "../../../src/daemon/models/choose-regions.ts";
import { contains } from "../../../src/geometry/box-overlap.ts";

const PICTURE = { width: 3840, height: 2160 };
const INPUT = { width: 416, height: 416 };

const at = (x: number, y: number, width = 60, height = 60): Target => {
  return { box: [x, y, x + width, y + height], isObject: false };
};
const choose = (targets: readonly Target[], most = 4, waiting: readonly WaitingRegion[] = []) =>
  chooseRegions(targets, { picture: PICTURE, input: INPUT, most, waiting });

const side = (available: number) =>
  fc
    .tuple(fc.nat(available - 1), fc.integer({ min: 1, max: available }))
    .map(([from, length]): [number, number] => [from, Math.min(available, from + length)]);
const settings = fc
  .record({
    picture: fc.record({ width: fc.integer({ min: 40, max: 4000 }), height: fc.integer({ min: 40, max: 3000 }) }),
    input: fc.record({ width: fc.integer({ min: 16, max: 700 }), height: fc.integer({ min: 16, max: 700 }) }),
    most: fc.integer({ min: 1, max: 8 }),
  })
  .chain(({ picture, ...rest }) => {
    const box = fc
      .tuple(side(picture.width), side(picture.height))
      .map(([x, y]): Target["box"] => [x[0], y[0], x[1], y[1]]);
    const targets = fc.array(fc.record({ box, isObject: fc.boolean() }), { maxLength: 12 });
    return fc.record({ targets, picture: fc.constant(picture), ...constants(rest) });
  });

function constants<T extends object>(values: T): { [Key in keyof T]: fc.Arbitrary<T[Key]> } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.constant(value)])) as never;
}

describe("the regions of a frame", () => {
  test("are of the input's size around something small, inside the picture", () => {
    expect(choose([at(1000, 1000)]).regions).toEqual([{ x: 822, y: 822, width: 416, height: 416 }]);
    expect(choose([at(0, 2100)]).regions).toEqual([{ x: 0, y: 1744, width: 416, height: 416 }]);
  });

  test("are larger where something large is looked at, in the shape of the input", () => {
    expect(choose([at(1000, 500, 832, 300)]).regions).toEqual([{ x: 1000, y: 234, width: 832, height: 832 }]);
  });

  test("show together what fits into one of the same scale", () => {
    expect(choose([at(1000, 1000), at(1300, 1100)]).regions).toEqual([{ x: 972, y: 872, width: 416, height: 416 }]);
    expect(choose([at(1000, 1000), at(1400, 1100)]).regions).toHaveLength(2);
  });

  test("take turns where they are too many, objects first", () => {
    const targets = [at(100, 100), at(1000, 100), { ...at(2000, 100), isObject: true }];
    const first = choose(targets, 1);
    expect(first.regions).toEqual([expect.objectContaining({ x: 1822 })]);
    const second = choose(targets, 1, first.leftOut);
    const third = choose(targets, 1, second.leftOut);
    expect([second, third].map(({ regions }) => regions[0]?.x)).toEqual([0, 822]);
  });

  test("lie in the picture and are at most as many as allowed; each target is in one of them or in one that is left out", () => {
    fc.assert(
      fc.property(settings, ({ targets, picture, input, most }) => {
        const { regions, leftOut } = chooseRegions(targets, { picture, input, most, waiting: [] });
        expect(regions.length).toBeLessThanOrEqual(most);
        for (const { x, y, width, height } of [...regions, ...leftOut]) {
          expect(contains([0, 0, picture.width, picture.height], [x, y, x + width, y + height])).toBe(true);
          expect([x, y, width, height].every(Number.isInteger)).toBe(true);
          expect(width).toBeGreaterThanOrEqual(Math.min(input.width, picture.width));
          expect(height).toBeGreaterThanOrEqual(Math.min(input.height, picture.height));
        }
        for (const { box } of targets) {
          const showing = [...regions, ...leftOut].filter((region) => contains(boxOf(region), box));
          expect(showing.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  test("show every target of a still scene within as many frames as there are turns", () => {
    fc.assert(
      fc.property(settings, ({ targets, picture, input, most }) => {
        let waiting: readonly WaitingRegion[] = [];
        const seen = new Set<Target>();
        const turns = Math.ceil(targets.length / most);
        for (let turn = 0; turn < turns; turn++) {
          const { regions, leftOut } = chooseRegions(targets, { picture, input, most, waiting });
          for (const target of targets) {
            if (regions.some((region) => contains(boxOf(region), target.box))) seen.add(target);
          }
          waiting = leftOut;
        }
        expect(seen.size).toBe(targets.length);
      }),
    );
  });

  test("have a scale of 1 at least", () => {
    expect(scaleOf([0, 0, 10, 10], INPUT)).toBe(1);
    expect(scaleOf([0, 0, 832, 416], INPUT)).toBe(2);
  });
});
