interface Rules<T> {
  cost: (a: T, b: T) => number;
  /** Pairs that cost more are none. */
  limit: number;
}

/** Pairs rows with columns, again and again the cheapest pair of those left; column by row. Of equal ones the first row. */
export function cheapestPairs<T>(
  rows: readonly T[],
  columns: readonly T[],
  { cost, limit }: Rules<T>,
): Map<number, number> {
  const pairs = new Map<number, number>();
  const taken = new Uint8Array(columns.length);
  const best = (row: number): Best => {
    let found: Best = { column: -1, cost: Number.POSITIVE_INFINITY };
    for (let column = 0; column < columns.length; column++) {
      if (taken[column] === 1) continue;
      const value = cost(rows[row] as T, columns[column] as T);
      if (value < found.cost) found = { column, cost: value };
    }
    return found;
  };
  const open = new Map(rows.map((_, row) => [row, best(row)]));
  for (;;) {
    const [row, found] = cheapest(open);
    if (!Number.isFinite(found.cost) || found.cost > limit) return pairs;
    // What a row wanted may be taken by now: it can only get dearer, so it is asked again when it is its turn.
    if (taken[found.column] === 1) open.set(row, best(row));
    else {
      pairs.set(row, found.column);
      taken[found.column] = 1;
      open.delete(row);
    }
  }
}

interface Best {
  column: number;
  cost: number;
}

function cheapest(open: ReadonlyMap<number, Best>): [row: number, best: Best] {
  let least: [number, Best] = [-1, { column: -1, cost: Number.POSITIVE_INFINITY }];
  for (const entry of open) if (entry[1].cost < least[1].cost) least = entry;
  return least;
}
