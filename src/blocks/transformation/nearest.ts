import type { Point } from "../../kinds/anchor.ts";

/** Pixels within which two targets count as equally near. */
const TIE = 1;

interface Rules {
  /** Greatest distance of a neighbour. */
  most: number;
  isItself: (query: number, target: number) => boolean;
}

interface Nearest {
  /** Null where there is no neighbour. */
  distance: number | null;
  /** All that are so near, in order. */
  targets: number[];
}

/** The nearest targets of each query; points that are not known have and are no neighbours. */
export function nearest(
  queries: readonly (Point | null)[],
  targets: readonly (Point | null)[],
  rules: Rules,
): Nearest[] {
  const distances = new Float64Array(targets.length);
  return queries.map((query, q) => {
    let least = Number.POSITIVE_INFINITY;
    for (const [t, target] of targets.entries()) {
      const apart =
        query === null || target === null ? Number.NaN : Math.hypot(query[0] - target[0], query[1] - target[1]);
      const isNeighbour = apart <= rules.most && !rules.isItself(q, t);
      distances[t] = isNeighbour ? apart : Number.NaN;
      if (isNeighbour && apart < least) least = apart;
    }
    if (least === Number.POSITIVE_INFINITY) return { distance: null, targets: [] };
    const near = [...targets.keys()].filter((t) => (distances[t] ?? Number.NaN) <= least + TIE);
    return { distance: least, targets: near };
  });
}
