import type { Point } from "../../../kinds/anchor.ts";

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
  const xs = Float64Array.from(targets, (target) => target?.[0] ?? Number.NaN);
  const ys = Float64Array.from(targets, (target) => target?.[1] ?? Number.NaN);
  const squares = new Float64Array(targets.length);
  const most = rules.most < 0 ? -1 : rules.most * rules.most;
  return queries.map((query, q) => {
    const [x, y] = query ?? [Number.NaN, Number.NaN];
    let least = Number.POSITIVE_INFINITY;
    for (let t = 0; t < squares.length; t++) {
      const [dx, dy] = [x - (xs[t] as number), y - (ys[t] as number)];
      const square = dx * dx + dy * dy;
      squares[t] = square;
      if (square < least && square <= most && !rules.isItself(q, t)) least = square;
    }
    return least === Number.POSITIVE_INFINITY ? NONE : nearTo(Math.sqrt(least), squares, { q, most, rules });
  });
}

const NONE: Nearest = { distance: null, targets: [] };

function nearTo(
  distance: number,
  squares: Float64Array,
  { q, most, rules }: { q: number; most: number; rules: Rules },
) {
  const limit = Math.min((distance + TIE) ** 2, most);
  const targets: number[] = [];
  for (let t = 0; t < squares.length; t++) {
    if ((squares[t] as number) <= limit && !rules.isItself(q, t)) targets.push(t);
  }
  return { distance, targets };
}
