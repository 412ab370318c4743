import { type Costs, connectedGroups, type Group } from "./connected-groups.ts";
import { Reached } from "./reached.ts";

/**
 * Column of each row, -1 for none, so that the sum of costs is least where an unpaired row counts as `limit`.
 * Hungarian method with potentials (Kuhn 1955; Jonker, Volgenant 1987), for each connected group of pairs by itself and over
 * the allowed pairs alone.
 */
export function assign(costs: Costs): Int32Array {
  const pairs = new Int32Array(costs.pairs.starts.length - 1).fill(-1);
  const placeOf = new Int32Array(costs.columns);
  for (const group of connectedGroups(costs)) {
    const [row = 0] = group.rows;
    if (group.rows.length === 1 && group.columns.length === 1) pairs[row] = group.columns[0] ?? -1;
    else new Matching(costs, group, placeOf).writeTo(pairs);
  }
  return pairs;
}

/** Rows and columns count from 1; column 0 holds the row being placed; columns past the real ones mean "none", one for each row. */
class Matching {
  private readonly costs: Costs;
  private readonly group: Group;
  /** Of each column of the costs its place in the group. */
  private readonly placeOf: Int32Array;
  private readonly rowPotential: Float64Array;
  private readonly columnPotential: Float64Array;
  private readonly owner: Int32Array;
  private readonly reached: Reached;

  constructor(costs: Costs, group: Group, placeOf: Int32Array) {
    this.costs = costs;
    this.group = group;
    this.placeOf = placeOf;
    for (const [i, column] of group.columns.entries()) placeOf[column] = i + 1;
    const size = group.columns.length + group.rows.length + 1;
    this.rowPotential = new Float64Array(group.rows.length + 1);
    this.columnPotential = new Float64Array(size);
    this.owner = new Int32Array(size);
    this.reached = new Reached(size);
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
    const { reached, owner } = this;
    owner[0] = row;
    reached.start();
    let column = 0;
    do {
      this.relax(column);
      column = reached.visitNearest();
    } while (owner[column] !== 0);
    this.shift(reached.distanceOf(column));
    while (column !== 0) {
      const from = reached.previousOf(column);
      owner[column] = owner[from] ?? 0;
      column = from;
    }
    reached.clear();
  }

  /** Updates the distances through the row that owns the column. */
  private relax(through: number): void {
    const { pairs, limit } = this.costs;
    const row = this.owner[through] ?? 0;
    const index = this.group.rows[row - 1] ?? 0;
    for (let at = pairs.starts[index] ?? 0; at < (pairs.starts[index + 1] ?? 0); at++) {
      const cost = pairs.costs[at] ?? Infinity;
      if (cost <= limit) this.reach(this.placeOf[pairs.columns[at] ?? 0] ?? 0, { through, row, cost });
    }
    this.reach(this.group.columns.length + row, { through, row, cost: limit });
  }

  private reach(column: number, { through, row, cost }: { through: number; row: number; cost: number }): void {
    const reduced = cost - (this.rowPotential[row] ?? 0) - (this.columnPotential[column] ?? 0);
    this.reached.reach(column, through, this.reached.distanceOf(through) + reduced);
  }

  /** Makes the pairs on the path free of cost. */
  private shift(length: number): void {
    for (const column of this.reached.visited) {
      const by = length - this.reached.distanceOf(column);
      const row = this.owner[column] ?? 0;
      this.rowPotential[row] = (this.rowPotential[row] ?? 0) + by;
      this.columnPotential[column] = (this.columnPotential[column] ?? 0) - by;
    }
  }
}
