import fc from "fast-check";
import { expect, it } from "vitest";
import { changeCost } from "../../../src/blocks/transformation/compare/change-cost.ts";
import { changedPairs } from "../../../src/blocks/transformation/compare/changed-pairs.ts";
import { nearest } from "../../../src/blocks/transformation/compare/nearest.ts";
import { agreements } from "../../../src/blocks/transformation/compare/votes.ts";
import { connected } from "../../../src/blocks/transformation/join/connected.ts";
import { mergedOverlaps, withoutOverlaps } from "../../../src/blocks/transformation/join/overlap-filter.ts";
import { overlap } from "../../../src/geometry/box-overlap.ts";
import type { Detection } from "../../../src/kinds/detections.ts";
import { detection } from "../values.ts";

// Searches by place give what a look at every pair gives.

const coordinate = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.double({ min: 0, max: 60, noNaN: true }));
const item = fc
  .tuple(coordinate, coordinate, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), fc.nat(2), fc.nat(4))
  .map(([x, y, width, height, classId, tenth]) =>
    detection([x, y, x + width, y + height], { classId, class: `${classId}`, confidence: tenth / 10 }),
  );
const items = fc.array(item, { maxLength: 30 });
const share = fc.constantFrom(0, 0.1, 0.3, 0.75, 1);

it("old and new detections are paired, the cheapest pair first", () => {
  const rules = fc.record({
    weight: share,
    penalty: fc.constantFrom(-0.2, 0, 0.15, 1),
    isStrict: fc.boolean(),
    limit: fc.constantFrom(0.2, 0.5, 0.75, 2, Number.POSITIVE_INFINITY),
  });
  fc.assert(
    fc.property(items, items, rules, (old, fresh, rule) => {
      const found = [...changedPairs(old, fresh, rule)].toSorted(([a], [b]) => a - b);
      expect(found).toEqual([...pairsOneByOne(old, fresh, rule)].toSorted(([a], [b]) => a - b));
    }),
  );
});

interface Rule {
  weight: number;
  penalty: number;
  isStrict: boolean;
  limit: number;
}

function pairsOneByOne(old: readonly Detection[], fresh: readonly Detection[], rule: Rule): Map<number, number> {
  const pairs = new Map<number, number>();
  for (;;) {
    let best = { row: -1, column: -1, cost: Number.POSITIVE_INFINITY };
    for (const [row, mine] of old.entries()) {
      for (const [column, yours] of fresh.entries()) {
        if (pairs.has(row) || [...pairs.values()].includes(column)) continue;
        if (rule.isStrict && mine.class !== yours.class) continue;
        const cost = changeCost(mine, yours, rule);
        if (cost < best.cost) best = { row, column, cost };
      }
    }
    if (best.row < 0 || best.cost > rule.limit) return pairs;
    pairs.set(best.row, best.column);
  }
}

it("neighbours are the nearest, with all that are as near to a pixel", () => {
  const point = fc.option(fc.tuple(coordinate, coordinate), { freq: 8 });
  const points = fc.array(point, { maxLength: 30 });
  fc.assert(
    fc.property(points, points, fc.constantFrom(-1, 0, 5, 30, Number.POSITIVE_INFINITY), (queries, targets, most) => {
      const isItself = (query: number, target: number) => query === target;
      const wanted = queries.map((query, q) => {
        const squares = targets.map((target, t) => {
          const square = query && target ? (query[0] - target[0]) ** 2 + (query[1] - target[1]) ** 2 : Number.NaN;
          return most < 0 || isItself(q, t) || !(square <= most * most) ? Number.POSITIVE_INFINITY : square;
        });
        const distance = Math.sqrt(Math.min(Number.POSITIVE_INFINITY, ...squares));
        if (!Number.isFinite(distance)) return { distance: null, targets: [] };
        return { distance, targets: [...squares.keys()].filter((t) => (squares[t] ?? 0) <= (distance + 1) ** 2) };
      });
      expect(nearest(queries, targets, { most, isItself })).toEqual(wanted);
    }),
  );
});

it("detections that overlap are left out or merged from the surest on", () => {
  fc.assert(
    fc.property(items, share, (all, threshold) => {
      const surest = [...all].reverse().sort((a, b) => b.confidence - a.confidence);
      const isSame = (a: Detection, b: Detection) => a.classId === b.classId;
      const kept: Detection[] = [];
      for (const one of surest) {
        if (!kept.some((other) => isSame(one, other) && overlap(other.box, one.box) > threshold)) kept.push(one);
      }
      expect(withoutOverlaps(all, threshold)).toEqual(all.filter((one) => kept.includes(one)));
      const heads: Detection[] = [];
      const taken = new Set<Detection>();
      for (const one of surest) {
        if (taken.has(one)) continue;
        heads.push(one);
        for (const other of surest) {
          if (isSame(one, other) && overlap(one.box, other.box) >= threshold) taken.add(other);
        }
        taken.add(one);
      }
      const ids = (list: readonly Detection[]) => list.map(({ detectionId }) => detectionId).toSorted();
      expect(ids(mergedOverlaps(all, threshold))).toEqual(ids(heads));
    }),
  );
});

it("partners of a vote are those that overlap most, the first of equals", () => {
  fc.assert(
    fc.property(items, items, share, fc.boolean(), (one, two, threshold, isClassAware) => {
      const merge = (group: readonly Detection[]) => ({ ...group[0], data: { ids: group } }) as unknown as Detection;
      const rules = { votes: 2, isClassAware, threshold, leastConfidence: 0, merge };
      const voted = new Set<Detection>();
      const wanted: (readonly Detection[])[] = [];
      for (const [mine, others] of [
        [one, two],
        [two, one],
      ] as const) {
        for (const a of mine) {
          if (voted.has(a)) continue;
          let [best, most]: [Detection | null, number] = [null, threshold];
          for (const b of others) {
            const isOne = !voted.has(b) && (!isClassAware || a.class === b.class);
            if (isOne && overlap(a.box, b.box) > most) [best, most] = [b, overlap(a.box, b.box)];
          }
          if (best === null) continue;
          wanted.push([a, best]);
          voted.add(a).add(best);
        }
      }
      expect(agreements([one, two], rules).map(({ data }) => data?.["ids"])).toEqual(wanted);
    }),
  );
});

it("what is joined through others is one group, in the order given", () => {
  fc.assert(
    fc.property(items, (all) => {
      const isJoined = (a: Detection, b: Detection) => overlap(a.box, b.box) > 0;
      const groupOf = all.map((_, i) => i);
      for (let again = true; again; ) {
        again = false;
        for (const i of all.keys()) {
          for (const j of all.keys()) {
            const least = Math.min(groupOf[i] as number, groupOf[j] as number);
            const isOpen = groupOf[i] !== groupOf[j] && isJoined(all[i] as Detection, all[j] as Detection);
            if (isOpen) [groupOf[i], groupOf[j], again] = [least, least, true];
          }
        }
      }
      const wanted = [...new Set(groupOf)].map((group) => all.filter((_, i) => groupOf[i] === group));
      expect(connected(all, isJoined)).toEqual(wanted);
    }),
  );
});
