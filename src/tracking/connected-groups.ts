/** Costs of pairing rows with columns, row by row; a pair above `limit` is not allowed. */
export interface Costs {
  values: Float64Array;
  rows: number;
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
  const { rows, columns } = costs;
  const found: Group[] = [];
  const seen = { rows: new Uint8Array(rows), columns: new Uint8Array(columns) };
  for (let row = 0; row < rows; row++) {
    if (seen.rows[row] === 1) continue;
    const group = grow(row, costs, seen);
    if (group.columns.length > 0) found.push(group);
  }
  return found;
}

interface Seen {
  rows: Uint8Array;
  columns: Uint8Array;
}

function grow(start: number, costs: Costs, seen: Seen): Group {
  const group: Group = { rows: [start], columns: [] };
  seen.rows[start] = 1;
  let nextColumn = 0;
  // Both lists grow while they are walked.
  for (const row of group.rows) {
    addColumns(row, costs, { group, seen });
    for (; nextColumn < group.columns.length; nextColumn++) {
      addRows(group.columns[nextColumn] ?? 0, costs, { group, seen });
    }
  }
  return group;
}

function addColumns(row: number, { values, columns, limit }: Costs, { group, seen }: { group: Group; seen: Seen }) {
  for (let column = 0; column < columns; column++) {
    if (seen.columns[column] === 1 || (values[row * columns + column] ?? Infinity) > limit) continue;
    seen.columns[column] = 1;
    group.columns.push(column);
  }
}

function addRows(
  column: number,
  { values, rows, columns, limit }: Costs,
  { group, seen }: { group: Group; seen: Seen },
) {
  for (let row = 0; row < rows; row++) {
    if (seen.rows[row] === 1 || (values[row * columns + column] ?? Infinity) > limit) continue;
    seen.rows[row] = 1;
    group.rows.push(row);
  }
}
