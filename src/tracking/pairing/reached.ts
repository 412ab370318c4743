/** Columns that a search for the shortest way has reached from column 0, with the way to each. Its cost goes by their number. */
export class Reached {
  /** In the order of their distance. */
  readonly visited: number[] = [];
  private readonly open: number[] = [];
  private readonly distance: Float64Array;
  private readonly previous: Int32Array;
  private readonly isVisited: Uint8Array;

  constructor(size: number) {
    this.distance = new Float64Array(size).fill(Infinity);
    this.previous = new Int32Array(size);
    this.isVisited = new Uint8Array(size);
  }

  start(): void {
    this.distance[0] = 0;
    this.visit(0);
  }

  distanceOf(column: number): number {
    return this.distance[column] ?? Infinity;
  }

  previousOf(column: number): number {
    return this.previous[column] ?? 0;
  }

  reach(column: number, through: number, distance: number): void {
    const known = this.distanceOf(column);
    if (this.isVisited[column] === 1 || distance >= known) return;
    if (known === Infinity) this.open.push(column);
    this.distance[column] = distance;
    this.previous[column] = through;
  }

  /** Of equally near columns the first. */
  visitNearest(): number {
    const { open } = this;
    let best = 0;
    for (let i = 1; i < open.length; i++) if (this.isNearer(open[i] ?? 0, open[best] ?? 0)) best = i;
    const nearest = open[best] ?? 0;
    const last = open.pop() ?? 0;
    if (best < open.length) open[best] = last;
    this.visit(nearest);
    return nearest;
  }

  clear(): void {
    for (const column of [...this.visited, ...this.open]) {
      this.distance[column] = Infinity;
      this.isVisited[column] = 0;
    }
    this.visited.length = 0;
    this.open.length = 0;
  }

  private visit(column: number): void {
    this.isVisited[column] = 1;
    this.visited.push(column);
  }

  private isNearer(a: number, b: number): boolean {
    const by = this.distanceOf(a) - this.distanceOf(b);
    return by < 0 || (by === 0 && a < b);
  }
}
