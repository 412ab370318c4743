import type { Point } from "../../kinds/anchor.ts";

/**
 * Discrete Fréchet distance (Eiter, Mannila 1994) of a way that grows to a path. The next row of its table needs only the row before,
 * so a way costs as much memory as the path, however long it is. A path with another number of points begins a new table.
 */
export class PathDistance {
  private row: Float64Array | null = null;

  /** The distance with one more point of the way. */
  walk(path: readonly Point[], [x, y]: Point): number {
    const before = this.row?.length === path.length ? this.row : null;
    const row = new Float64Array(path.length);
    let left = before === null ? 0 : Infinity;
    for (const [j, [px, py]] of path.entries()) {
      const above = before?.[j] ?? Infinity;
      const diagonal = j === 0 ? Infinity : (before?.[j - 1] ?? Infinity);
      const least = Math.min(left, above, diagonal);
      left = Math.max(least, Math.hypot(x - px, y - py));
      row[j] = left;
    }
    this.row = row;
    return left;
  }
}
