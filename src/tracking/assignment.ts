import { type Costs, connectedGroups, type Group } from "./connected-groups.ts";

/**
 * Column of each row, -1 for none, so that the sum of costs is least where an unpaired row counts as `limit`.
 * Hungarian method with potentials (Kuhn 1955; Jonker, Volgenant 1987), for each connected group of pairs by itself.
 */
export function assign(costs: Costs): Int32Array {
  const pairs = new Int32Array(costs.rows).fill(-1);
  for (const group of connectedGroups(costs)) {
    const [row = 0] = group.rows;
    if (group.rows.length === 1 && group.columns.length === 1) pairs[row] = group.columns[0] ?? -1;
    else new Matching(costs, group).writeTo(pairs);
  }
  return pairs;
}

/** Rows and columns count from 1; column 0 holds the row being placed; columns past the real ones mean "none", one for each row. */
class Matching {
  private readonly costs: Costs;
  private readonly group: Group;
  private readonly size: number;
  private readonly rowPotential: Float64Array;
  private readonly columnPotential: Float64Array;
  private readonly owner: Int32Array;

  constructor(costs: Costs, group: Group) {
    this.costs = costs;
    this.group = group;
    this.size = group.columns.length + group.rows.length + 1;
    this.rowPotential = new Float64Array(group.rows.length + 1);
    this.columnPotential = new Float64Array(this.size);
    this.owner = new Int32Array(this.size);
    for (let row = 1; row <= group.rows.length; row++) this.place(row);
  }

  writeTo(pairs: Int32Array): void {
    const { rows, columns } = this.group;
    for (let column = 1; column <= columns.length; column++) {
      const row = this.owner[column] ?? 0;
      if (row > 0) pairs[rows[row - 1] ?? 0] = columns[column - 1] ?? -1;
    }
  }

  /** Shortest augmenting path from the row to a free column. */
  private place(row: number): void {
    const distance = new Float64Array(this.size).fill(Infinity);
    const previous = new Int32Array(this.size);
    const visited = new Uint8Array(this.size);
    let column = 0;
    this.owner[0] = row;
    do {
      visited[column] = 1;
      const next = this.relax(column, { distance, previous, visited });
      this.shift(distance[next] ?? 0, { distance, visited });
      column = next;
    } while (this.owner[column] !== 0);
    while (column !== 0) {
      const from = previous[column] ?? 0;
      this.owner[column] = this.owner[from] ?? 0;
      column = from;
    }
  }

  /** Updates the distances through the row that owns the column; the nearest column not yet visited. */
  private relax(through: number, path: Path): number {
    const row = this.owner[through] ?? 0;
    let nearest = 0;
    let least = Infinity;
    for (let column = 1; column < this.size; column++) {
      if (path.visited[column] === 1) continue;
      const reduced = this.costOf(row, column) - (this.rowPotential[row] ?? 0) - (this.columnPotential[column] ?? 0);
      if (reduced < (path.distance[column] ?? 0)) {
        path.distance[column] = reduced;
        path.previous[column] = through;
      }
      if ((path.distance[column] ?? 0) < least) {
        least = path.distance[column] ?? 0;
        nearest = column;
      }
    }
    return nearest;
  }

  private shift(by: number, { distance, visited }: Pick<Path, "distance" | "visited">): void {
    for (let column = 0; column < this.size; column++) {
      const row = this.owner[column] ?? 0;
      if (visited[column] === 1) {
        this.rowPotential[row] = (this.rowPotential[row] ?? 0) + by;
        this.columnPotential[column] = (this.columnPotential[column] ?? 0) - by;
      } else distance[column] = (distance[column] ?? 0) - by;
    }
  }

  private costOf(row: number, column: number): number {
    const { rows, columns } = this.group;
    const { values, limit } = this.costs;
    if (column > columns.length) return column - columns.length === row ? limit : Infinity;
    const value = values[(rows[row - 1] ?? 0) * this.costs.columns + (columns[column - 1] ?? 0)] ?? Infinity;
    return value > limit ? Infinity : value;
  }
}

interface Path {
  distance: Float64Array;
  previous: Int32Array;
  visited: Uint8Array;
}
