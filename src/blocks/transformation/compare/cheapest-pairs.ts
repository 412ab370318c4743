import type { BoxTree, Cheapest, Judge } from "../../../geometry/box-tree.ts";
import { leastFirst } from "./least-first.ts";

/**
 * Pairs rows with columns, again and again the cheapest pair of those left; column by row. Of equal ones the first row, then
 * the first column. A column that is taken is taken out of the tree.
 */
export function cheapestPairs(rows: number, columns: BoxTree, judgeOf: (row: number) => Judge): Map<number, number> {
  const pairs = new Map<number, number>();
  const open = leastFirst<Wish>((a, b) => a.cost - b.cost || a.row - b.row);
  const ask = (row: number) => {
    const found = columns.cheapest(judgeOf(row));
    if (found !== null) open.add({ row, ...found });
  };
  for (let row = 0; row < rows; row++) ask(row);
  for (let wish = open.take(); wish !== undefined; wish = open.take()) {
    // What a row wanted may be taken by now: it can only get dearer, so it is asked again when it is its turn.
    if (!columns.has(wish.index)) ask(wish.row);
    else {
      pairs.set(wish.row, wish.index);
      columns.remove(wish.index);
    }
  }
  return pairs;
}

interface Wish extends Cheapest {
  row: number;
}
