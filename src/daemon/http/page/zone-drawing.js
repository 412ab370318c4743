/** Parts of the picture, as exact as a pixel of any camera. */
const round = (part) => Math.round(Math.min(1, Math.max(0, part)) * 10_000) / 10_000;
const MOST_UNDONE = 100;

/** A polygon or a line that is being drawn. While it is open, points are added at its end. */
export class Drawing {
  #past = [];
  #held = null;

  constructor({ kind, points = [] }) {
    this.kind = kind;
    this.points = points;
    this.isOpen = points.length === 0;
  }

  get isChanged() {
    return this.#past.length > 0;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  /** Why it cannot be saved yet; null where it can. */
  get lack() {
    const least = this.kind === "line" ? 2 : 3;
    if (this.points.length >= least) return null;
    return this.kind === "line" ? "A line needs two points." : "A polygon needs three points or more.";
  }

  /** Gives the place of the new point in the list. */
  add([x, y]) {
    this.#change([...this.points, [round(x), round(y)]]);
    if (this.kind === "line" && this.points.length === 2) this.isOpen = false;
    return this.points.length - 1;
  }

  /** Between a point and the next one. */
  insert(after, [x, y]) {
    this.#change(this.points.toSpliced(after + 1, 0, [round(x), round(y)]));
    return after + 1;
  }

  remove(index) {
    this.#change(this.points.toSpliced(index, 1));
    if (this.lack !== null) this.isOpen = true;
  }

  move(index, [x, y]) {
    this.hold();
    this.drag(index, [x, y]);
    this.release();
  }

  /** From here on until it is released, moving is one change. */
  hold() {
    this.#held = { points: this.points, isOpen: this.isOpen };
  }

  drag(index, [x, y]) {
    this.points = this.points.with(index, [round(x), round(y)]);
  }

  release() {
    const before = this.#held;
    this.#held = null;
    if (before !== null && JSON.stringify(before.points) !== JSON.stringify(this.points)) this.#remember(before);
  }

  /** As it was when it was held. */
  letGo() {
    if (this.#held === null) return false;
    Object.assign(this, this.#held);
    this.#held = null;
    return true;
  }

  close() {
    if (this.lack === null) this.isOpen = false;
  }

  undo() {
    const before = this.#past.pop();
    if (before !== undefined) Object.assign(this, before);
  }

  /** Middles of the edges, each with the point that it follows. */
  get middles() {
    if (this.isOpen || this.kind === "line") return [];
    return this.points.map(([x, y], i) => {
      const [nextX, nextY] = this.points[(i + 1) % this.points.length];
      return [(x + nextX) / 2, (y + nextY) / 2];
    });
  }

  #change(points) {
    this.#remember({ points: this.points, isOpen: this.isOpen });
    this.points = points;
  }

  #remember(before) {
    this.#past = [...this.#past.slice(1 - MOST_UNDONE), before];
  }
}
