type Box = [number, number, number, number];

/** The smallest box around all others. */
export function enclosingBox(boxes: readonly Box[]): Box {
  const around: Box = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [x1, y1, x2, y2] of boxes) {
    around[0] = Math.min(around[0], x1);
    around[1] = Math.min(around[1], y1);
    around[2] = Math.max(around[2], x2);
    around[3] = Math.max(around[3], y2);
  }
  return around;
}
