import { BoxTree } from "../../../geometry/box-tree.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { changeCost, leastChangeCost } from "./change-cost.ts";
import { cheapestPairs } from "./cheapest-pairs.ts";

interface Rules {
  weight: number;
  penalty: number;
  /** Pairs are of one class. */
  isStrict: boolean;
  /** Pairs that cost more are none. */
  limit: number;
}

/** Pairs of old and new detections, by their places in the lists. */
export function changedPairs(
  old: readonly Detection[],
  fresh: readonly Detection[],
  rules: Rules,
): Map<number, number> {
  if (!rules.isStrict) return pairsAmong([old.keys(), fresh.keys()], [old, fresh], rules);
  const classes = new Map(old.map((item) => [item.class, [[], []] as [number[], number[]]]));
  for (const [i, item] of old.entries()) classes.get(item.class)?.[0].push(i);
  for (const [i, item] of fresh.entries()) classes.get(item.class)?.[1].push(i);
  return new Map([...classes.values()].flatMap((places) => [...pairsAmong(places, [old, fresh], rules)]));
}

type Pair<T> = readonly [old: T, fresh: T];

/** Pairs of the detections at some places of the lists. */
function pairsAmong(places: Pair<Iterable<number>>, lists: Pair<readonly Detection[]>, rules: Rules) {
  const [mine, yours] = [[...places[0]], [...places[1]]];
  const rows = mine.map((at) => lists[0][at] as Detection);
  const columns = yours.map((at) => lists[1][at] as Detection);
  const pairs = cheapestPairs(rows.length, new BoxTree(columns.map(({ box }) => box)), (row) => {
    const item = rows[row] as Detection;
    return {
      cost: (column) => changeCost(item, columns[column] as Detection, rules),
      bound: (part) => leastChangeCost(item, part, rules),
      limit: rules.limit,
    };
  });
  return new Map([...pairs].map(([row, column]) => [mine[row] as number, yours[column] as number]));
}
