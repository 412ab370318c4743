type Point = readonly [x: number, y: number];

/** The pixels nearest to a line between two pixels, of two equally near ones the first from the left end; only those of the picture. */
export function forEachPixelOfLine(
  [a, b]: readonly [Point, Point],
  { width, height }: { width: number; height: number },
  callback: (x: number, y: number) => void,
): void {
  const [[x1, y1], [x2, y2]] = a[0] <= b[0] ? [a, b] : [b, a];
  const [across, down] = [x2 - x1, Math.abs(y2 - y1)];
  const sign = y2 < y1 ? -1 : 1;
  const [long, short] = [Math.max(across, down), Math.min(across, down)];
  const aside = (step: number) => (long === 0 ? 0 : Math.floor((2 * step * short + long - 1) / (2 * long)));
  const isFlat = across >= down;
  // Steps that are inside by the longer direction; an end may lie far away.
  const [start, size, way] = isFlat ? [x1, width, 1] : [y1, height, sign];
  const from = Math.max(0, way > 0 ? -start : start - size + 1);
  const to = Math.min(long, way > 0 ? size - 1 - start : start);
  for (let step = from; step <= to; step++) {
    const [x, y] = isFlat ? [x1 + step, y1 + sign * aside(step)] : [x1 + aside(step), y1 + sign * step];
    if (x >= 0 && x < width && y >= 0 && y < height) callback(x, y);
  }
}
