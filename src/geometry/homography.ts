import type { Point } from "./polygon.ts";

/** A projective map of the plane, row by row. */
export type Homography = readonly [number, number, number, number, number, number, number, number, number];

export type Quadrangle = readonly [Point, Point, Point, Point];

/** The map that takes four corners to four others; null where three of them lie on a line. */
export function homography(from: Quadrangle, to: Quadrangle): Homography | null {
  const rows = from.flatMap(([x, y], i) => {
    const [u, v] = to[i] ?? [0, 0];
    return [
      [x, y, 1, 0, 0, 0, -x * u, -y * u, u],
      [0, 0, 0, x, y, 1, -x * v, -y * v, v],
    ];
  });
  const solution = solved(rows);
  return solution === null ? null : ([...solution, 1] as unknown as Homography);
}

/** In single precision, which takes away what solving for the map left in the last digits. */
export function mapped([x, y]: Point, [a, b, c, d, e, f, g, h, i]: Homography): Point {
  const scale = g * x + h * y + i;
  return scale === 0 ? [0, 0] : [Math.fround((a * x + b * y + c) / scale), Math.fround((d * x + e * y + f) / scale)];
}

/** The map back; null where there is none. */
export function inverted([a, b, c, d, e, f, g, h, i]: Homography): Homography | null {
  const minors = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  const determinant = a * (minors[0] ?? 0) + b * (minors[3] ?? 0) + c * (minors[6] ?? 0);
  return determinant === 0 ? null : (minors.map((minor) => minor / determinant) as unknown as Homography);
}

/** Gaussian elimination with pivoting of rows that end with the right side; null for equations without one solution. */
function solved(equations: number[][]): number[] | null {
  const rows = equations.map((row) => [...row]);
  const count = rows.length;
  for (let column = 0; column < count; column++) {
    const pivot = pivotRow(rows, column);
    if (Math.abs(rows[pivot]?.[column] ?? 0) < 1e-12) return null;
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const top = rows[column] as number[];
    for (let row = 0; row < count; row++) {
      const line = rows[row] as number[];
      const factor = row === column ? 0 : (line[column] ?? 0) / (top[column] ?? 1);
      if (factor !== 0) for (let at = column; at <= count; at++) line[at] = (line[at] ?? 0) - factor * (top[at] ?? 0);
    }
  }
  return rows.map((row, i) => (row[count] ?? 0) / (row[i] ?? 1));
}

function pivotRow(rows: readonly number[][], column: number): number {
  let best = column;
  for (let row = column + 1; row < rows.length; row++) {
    if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = row;
  }
  return best;
}
