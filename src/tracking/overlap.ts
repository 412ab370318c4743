export type Box = readonly [number, number, number, number];

/** Intersection over union of two boxes (x min, y min, x max, y max), 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}

/** 1 - overlap of each row's box with each column's, row by row; Infinity for boxes that do not touch. `columns` holds 4 numbers a box. */
export function distances(rows: readonly Box[], columns: Float64Array): Float64Array {
  const found = new Float64Array(rows.length * (columns.length / 4)).fill(Infinity);
  let at = -1;
  for (const [left, top, right, bottom] of rows) {
    const area = (right - left) * (bottom - top);
    for (let i = 0; i < columns.length; i += 4) {
      at++;
      const x1 = columns[i] ?? 0;
      const x2 = columns[i + 2] ?? 0;
      const width = Math.min(right, x2) - Math.max(left, x1);
      if (width <= 0) continue;
      const y1 = columns[i + 1] ?? 0;
      const y2 = columns[i + 3] ?? 0;
      const height = Math.min(bottom, y2) - Math.max(top, y1);
      if (height <= 0) continue;
      const shared = width * height;
      found[at] = 1 - shared / (area + (x2 - x1) * (y2 - y1) - shared);
    }
  }
  return found;
}
