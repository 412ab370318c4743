/** The elements of one level of a running batch: each belongs to one element of the level above, in order. */
export interface Level {
  count: number;
  parent: Level | null;
  /** Parent element of each element. */
  parentOf: readonly number[];
  /** Children of parent p are elements `starts[p]` to `starts[p + 1]`. */
  starts: readonly number[];
}

/** The level of single values; as a level of children it holds one child. */
export const SCALAR_LEVEL: Level = { count: 1, parent: null, parentOf: [], starts: [0, 1] };

/** The level under `parent` whose element p has `counts[p]` children. */
export function levelBelow(parent: Level, counts: readonly number[]): Level {
  const starts = [0];
  const parentOf: number[] = [];
  counts.forEach((count, p) => {
    for (let i = 0; i < count; i++) parentOf.push(p);
    starts.push(parentOf.length);
  });
  return { count: parentOf.length, parent, parentOf, starts };
}

/** Element of `to` (the same level or one above) that element `index` of `from` belongs to. */
export function ancestor(index: number, from: Level, to: Level): number {
  let at = index;
  for (let level = from; level !== to && level.parent !== null; level = level.parent) at = level.parentOf[at] ?? 0;
  return at;
}
