/** A step of an outline; the points of a curve come before its end. */
export interface PathStep {
  /** M, L, Q, C or Z. */
  type: string;
  values: readonly number[];
}

type Place = (x: number, y: number) => readonly [number, number];

/** Adds the straight pieces of an outline, its points placed in pixels; curves become pieces of about a pixel. */
export function flatten(path: readonly PathStep[], place: Place, segments: number[]): void {
  let [start, at]: (readonly [number, number])[] = [ORIGIN, ORIGIN];
  const lineTo = (to: readonly [number, number]) => {
    segments.push(at![0], at![1], to[0], to[1]);
    at = to;
  };
  for (const { type, values } of path) {
    const points = pairsOf(values).map(([x, y]) => place(x, y));
    if (type === "M") [start, at] = [points[0]!, points[0]!];
    else if (type === "Z") lineTo(start!);
    else for (const point of along([at!, ...points])) lineTo(point);
  }
}

const ORIGIN = [0, 0] as const;
/** Pieces of one curve: fewer would show at the size of a poster, more at none. */
const [FEWEST, MOST] = [3, 48];

function pairsOf(values: readonly number[]): (readonly [number, number])[] {
  return Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!]);
}

/** Points along a line or a curve after its start. */
function along(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  if (points.length === 2) return [points[1]!];
  const length = points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i]![0], y - points[i]![1]), 0);
  const pieces = Math.min(MOST, Math.max(FEWEST, Math.ceil(length)));
  return Array.from({ length: pieces }, (_, i) => between(points, (i + 1) / pieces));
}

/** De Casteljau's construction, for any number of points. */
function between(points: readonly (readonly [number, number])[], share: number): readonly [number, number] {
  if (points.length === 1) return points[0]!;
  const nearer = points.slice(1).map(([x, y], i): readonly [number, number] => {
    const [fromX, fromY] = points[i]!;
    return [fromX + (x - fromX) * share, fromY + (y - fromY) * share];
  });
  return between(nearer, share);
}
