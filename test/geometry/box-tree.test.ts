import fc from "fast-check";
import { expect, it } from "vitest";
import { type Box, BoxTree } from "../../src/geometry/box-tree.ts";

const side = fc.integer({ min: 0, max: 40 });
const box = fc.tuple(side, side, side, side).map(([x, y, w, h]): Box => [x, y, x + (w >> 2), y + (h >> 2)]);
const boxes = fc.array(box, { maxLength: 60 });

it("finds the boxes that meet one, in order, of those that are in", () => {
  fc.assert(
    fc.property(boxes, box, fc.array(fc.nat(59)), (all, asked, gone) => {
      const tree = new BoxTree(all);
      for (const index of gone) if (index < all.length) tree.remove(index);
      const wanted = [...all.keys()].filter((index) => !gone.includes(index) && meets(all[index] as Box, asked));
      expect([...tree.meeting(asked)]).toEqual(wanted);
      const filled = new BoxTree(all, { isEmpty: true });
      expect(filled.meeting(asked)).toHaveLength(0);
      for (const index of all.keys()) if (!gone.includes(index)) filled.add(index);
      expect([...filled.meeting(asked)]).toEqual(wanted);
    }),
  );
});

it("finds the cheapest box within the limit, of equally cheap ones the first", () => {
  fc.assert(
    fc.property(boxes, box, fc.integer({ min: 0, max: 60 }), (all, [x, y], limit) => {
      const cost = (index: number) => {
        const [left, top, right, bottom] = all[index] as Box;
        return Math.abs((left + right) / 2 - x) + Math.abs((top + bottom) / 2 - y);
      };
      const found = new BoxTree(all).cheapest({
        cost,
        bound: ({ minX, minY, maxX, maxY }) => Math.max(0, minX - x, x - maxX) + Math.max(0, minY - y, y - maxY),
        limit,
      });
      const costs = [...all.keys()].map(cost);
      const least = Math.min(...costs);
      expect(found).toEqual(least <= limit ? { index: costs.indexOf(least), cost: least } : null);
    }),
  );
});

function meets(a: Box, b: Box): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}
