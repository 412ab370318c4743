import { type BoxPart, BoxTree } from "../../../geometry/box-tree.ts";
import type { Point } from "../../../kinds/anchor.ts";

/** Pixels within which two targets count as equally near. */
const TIE = 1;

interface Rules {
  /** Greatest distance of a neighbour. */
  most: number;
  isItself: (query: number, target: number) => boolean;
}

interface Nearest {
  /** Null where there is no neighbour. */
  distance: number | null;
  /** All that are so near, in order. */
  targets: number[];
}

/** The nearest targets of each query; points that are not known have and are no neighbours. */
export function nearest(
  queries: readonly (Point | null)[],
  targets: readonly (Point | null)[],
  { most, isItself }: Rules,
): Nearest[] {
  const known = targets.flatMap((target, at) => (target === null ? [] : [{ at, x: target[0], y: target[1] }]));
  const tree = new BoxTree(known.map(({ x, y }) => [x, y, x, y]));
  const limit = most < 0 ? -1 : most * most;
  return queries.map((query, q) => {
    if (query === null) return NONE;
    const [x, y] = query;
    const squareTo = (index: number) => {
      const { at, x: tx, y: ty } = known[index] as { at: number; x: number; y: number };
      return isItself(q, at) ? Number.POSITIVE_INFINITY : (x - tx) ** 2 + (y - ty) ** 2;
    };
    const found = tree.cheapest({ cost: squareTo, bound: (part) => squareToPart(query, part), limit });
    if (found === null) return NONE;
    const distance = Math.sqrt(found.cost);
    const square = Math.min((distance + TIE) ** 2, limit);
    const reach = distance + TIE;
    const near = tree
      .meeting([x - reach, y - reach, x + reach, y + reach])
      .filter((index) => squareTo(index) <= square);
    return { distance, targets: Array.from(near, (index) => known[index]?.at as number) };
  });
}

const NONE: Nearest = { distance: null, targets: [] };

function squareToPart([x, y]: Point, { minX, minY, maxX, maxY }: BoxPart): number {
  const [dx, dy] = [Math.max(0, minX - x, x - maxX), Math.max(0, minY - y, y - maxY)];
  return dx * dx + dy * dy;
}
