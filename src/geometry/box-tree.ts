export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Some of the boxes, as far as a search needs to know them before it looks at each. */
export interface BoxPart {
  /** Around their middles. */
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  /** Of the widest and of the highest. */
  readonly width: number;
  readonly height: number;
}

/** How a search judges. Of equally cheap boxes the first is found. */
export interface Judge {
  /** What a box costs. */
  cost: (index: number) => number;
  /** What every box of a part costs at least. */
  bound: (part: BoxPart) => number;
  /** What costs more is not found. */
  limit: number;
}

export interface Cheapest {
  index: number;
  cost: number;
}

/**
 * Finds boxes by place without a look at all of them. Only boxes that are in are found; all are at first.
 * The boxes are halved by their middles, again and again.
 */
export class BoxTree {
  readonly #sides: Float64Array;
  readonly #leaves: Node[] = [];
  readonly #isIn: Uint8Array;
  readonly #root: Node | null;

  constructor(boxes: readonly Box[], { isEmpty = false }: { isEmpty?: boolean } = {}) {
    this.#sides = Float64Array.from(boxes.flat());
    this.#isIn = new Uint8Array(boxes.length).fill(isEmpty ? 0 : 1);
    this.#root = boxes.length === 0 ? null : this.#split(Uint32Array.from(boxes.keys()));
  }

  has(index: number): boolean {
    return this.#isIn[index] === 1;
  }

  add(index: number): void {
    this.#isIn[index] = 1;
    for (let node = this.#leaves[index] ?? null; node !== null; node = node.parent) {
      node.first = Math.min(node.first, index);
    }
  }

  remove(index: number): void {
    this.#isIn[index] = 0;
    const leaf = this.#leaves[index] as Node;
    leaf.first = this.#firstOf(leaf.members);
    for (let node = leaf.parent; node !== null; node = node.parent) {
      node.first = Math.min((node.one as Node).first, (node.other as Node).first);
    }
  }

  /** Whether a rule holds for one of the boxes that meet this one, their borders included. In no order; ends at the first. */
  some(box: Box, holds: (index: number) => boolean): boolean {
    return this.#root !== null && this.#someOf(this.#root, box, holds);
  }

  /** Those that meet this one, in order. */
  meeting(box: Box): Uint32Array {
    const found: number[] = [];
    this.some(box, (index) => {
      found.push(index);
      return false;
    });
    return Uint32Array.from(found).sort();
  }

  cheapest(judge: Judge): Cheapest | null {
    const found = { index: NONE, cost: judge.limit };
    if (this.#root !== null) this.#search(this.#root, judge, found);
    return found.index === NONE ? null : found;
  }

  #split(members: Uint32Array): Node {
    const node = new Node(members, this.#sides);
    node.first = this.#firstOf(members);
    if (members.length <= LEAF) {
      for (const index of members) this.#leaves[index] = node;
      return node;
    }
    const sides = this.#sides;
    const side = node.maxX - node.minX > node.maxY - node.minY ? 0 : 1;
    const placeOf = (index: number) => (sides[4 * index + side] as number) + (sides[4 * index + side + 2] as number);
    members.sort((a, b) => placeOf(a) - placeOf(b));
    const half = members.length >> 1;
    node.one = this.#split(members.slice(0, half));
    node.other = this.#split(members.slice(half));
    node.one.parent = node;
    node.other.parent = node;
    return node;
  }

  #firstOf(members: Uint32Array): number {
    let first = NONE;
    for (const index of members) if (this.#isIn[index] === 1 && index < first) first = index;
    return first;
  }

  #someOf(node: Node, box: Box, holds: (index: number) => boolean): boolean {
    if (node.first === NONE || !node.meets(box)) return false;
    if (node.one !== null) return this.#someOf(node.one, box, holds) || this.#someOf(node.other as Node, box, holds);
    for (const index of node.members) {
      if (this.#isIn[index] === 1 && this.#meets(index, box) && holds(index)) return true;
    }
    return false;
  }

  #meets(index: number, box: Box): boolean {
    const sides = this.#sides;
    const at = 4 * index;
    const [left, top] = [sides[at] as number, sides[at + 1] as number];
    return (
      left <= box[2] && box[0] <= (sides[at + 2] as number) && top <= box[3] && box[1] <= (sides[at + 3] as number)
    );
  }

  #search(node: Node, judge: Judge, found: Cheapest): void {
    if (node.one === null || node.other === null) {
      for (const index of node.members) if (this.#isIn[index] === 1) consider(index, judge.cost(index), found);
      return;
    }
    const one = judge.bound(node.one);
    const other = judge.bound(node.other);
    if (one <= other && node.one.mayHold(one, found)) this.#search(node.one, judge, found);
    if (node.other.mayHold(other, found)) this.#search(node.other, judge, found);
    if (one > other && node.one.mayHold(one, found)) this.#search(node.one, judge, found);
  }
}

const LEAF = 8;
const NONE = Number.POSITIVE_INFINITY;
/** Share by which a bound may be above the cost, as both are rounded. */
const ROUNDING = 1e-9;

class Node implements BoxPart {
  /** Around the boxes themselves. */
  left = NONE;
  top = NONE;
  right = -NONE;
  bottom = -NONE;
  minX = NONE;
  minY = NONE;
  maxX = -NONE;
  maxY = -NONE;
  width = 0;
  height = 0;
  /** The first one that is in. */
  first = NONE;
  parent: Node | null = null;
  /** The halves; none of a part so small that each of it is looked at. */
  one: Node | null = null;
  other: Node | null = null;
  readonly members: Uint32Array;

  constructor(members: Uint32Array, sides: Float64Array) {
    this.members = members;
    for (const index of members) {
      const [left = 0, top = 0, right = 0, bottom = 0] = sides.subarray(4 * index, 4 * index + 4);
      this.#widen(left, top, right, bottom);
    }
  }

  #widen(left: number, top: number, right: number, bottom: number): void {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    this.left = Math.min(this.left, left);
    this.top = Math.min(this.top, top);
    this.right = Math.max(this.right, right);
    this.bottom = Math.max(this.bottom, bottom);
    this.minX = Math.min(this.minX, x);
    this.minY = Math.min(this.minY, y);
    this.maxX = Math.max(this.maxX, x);
    this.maxY = Math.max(this.maxY, y);
    this.width = Math.max(this.width, Math.abs(right - left));
    this.height = Math.max(this.height, Math.abs(bottom - top));
  }

  meets(box: Box): boolean {
    return this.left <= box[2] && box[0] <= this.right && this.top <= box[3] && box[1] <= this.bottom;
  }

  /** Whether it may hold a box that is cheaper than what is found, or as cheap and before it. */
  mayHold(bound: number, found: Cheapest): boolean {
    if (this.first === NONE) return false;
    const least = bound - Math.abs(bound) * ROUNDING;
    return !(least > found.cost || (least === found.cost && this.first > found.index));
  }
}

function consider(index: number, cost: number, found: Cheapest): void {
  if (!Number.isFinite(cost) || cost > found.cost || (cost === found.cost && index >= found.index)) return;
  found.index = index;
  found.cost = cost;
}
