import type { Pairs } from "./touching.ts";

/** What pairing rows with columns costs; a pair above `limit` is not allowed. */
export interface Costs {
  pairs: Pairs;
  /** Of which there are as many as rows in `pairs`. */
  columns: number;
  limit: number;
}

/** Rows and columns that reach each other over allowed pairs. */
export interface Group {
  rows: number[];
  columns: number[];
}

/** The groups that have an allowed pair: each can be assigned by itself, which is what makes large frames cheap. */
export function connectedGroups(costs: Costs): Group[] {
  const rows = costs.pairs.starts.length - 1;
  const found: Group[] = [];
  const seen = { rows: new Uint8Array(rows), columns: new Uint8Array(costs.columns) };
  const rowsOf = rowsByColumn(costs);
  for (let row = 0; row < rows; row++) {
    if (seen.rows[row] === 1) continue;
    const group = grow(row, { costs, rowsOf, seen });
    if (group.columns.length > 0) found.push(group);
  }
  return found;
}

/** The rows that each column may be paired with, in their order. */
function rowsByColumn({ pairs: { starts, columns: columnOf, costs }, columns, limit }: Costs): number[][] {
  const found = Array.from({ length: columns }, (): number[] => []);
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      if ((costs[at] ?? Infinity) <= limit) found[columnOf[at] ?? 0]?.push(row);
    }
  }
  return found;
}

interface Search {
  costs: Costs;
  rowsOf: readonly (readonly number[])[];
  seen: { rows: Uint8Array; columns: Uint8Array };
}

function grow(start: number, search: Search): Group {
  const { rowsOf, seen } = search;
  const group: Group = { rows: [start], columns: [] };
  seen.rows[start] = 1;
  let nextColumn = 0;
  // Both lists grow while they are walked.
  for (const row of group.rows) {
    addColumns(row, group, search);
    for (; nextColumn < group.columns.length; nextColumn++) {
      for (const other of rowsOf[group.columns[nextColumn] ?? 0] ?? []) {
        if (seen.rows[other] === 1) continue;
        seen.rows[other] = 1;
        group.rows.push(other);
      }
    }
  }
  return group;
}

function addColumns(row: number, group: Group, { costs: { pairs, limit }, seen }: Search): void {
  const { starts, columns, costs } = pairs;
  for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
    const column = columns[at] ?? 0;
    if (seen.columns[column] === 1 || (costs[at] ?? Infinity) > limit) continue;
    seen.columns[column] = 1;
    group.columns.push(column);
  }
}
