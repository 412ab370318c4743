/** x min, y min, x max, y max. */
export type Box = readonly [number, number, number, number];

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const both = shared(a, b);
  return both === 0 ? 0 : both / (areaOf(a) + areaOf(b) - both);
}

/** Shared area over that of the smaller one. */
export function overlapOfSmaller(a: Box, b: Box): number {
  const both = shared(a, b);
  return both === 0 ? 0 : both / Math.min(areaOf(a), areaOf(b));
}

function shared(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

function areaOf([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}

export function contains(outer: Box, [left, top, right, bottom]: Box): boolean {
  return outer[0] <= left && outer[1] <= top && outer[2] >= right && outer[3] >= bottom;
}
