/** What lies outside of a picture: its edge pixels again, or the picture mirrored at its edge pixels, which do not repeat. */
export type Edge = "repeat" | "mirror";

/** Places 0 to `length - 1` that serve for `before` places ahead of a row, the row itself, and `after` places behind it. */
export function padded(length: number, { before, after, edge }: Padding): Int32Array {
  const placeOf = edge === "repeat" ? repeated : mirrored;
  return Int32Array.from({ length: before + length + after }, (_, i) => placeOf(i - before, length));
}

interface Padding {
  before: number;
  after: number;
  edge: Edge;
}

function repeated(place: number, length: number): number {
  return Math.min(Math.max(place, 0), length - 1);
}

function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((place % period) + period) % period;
  return Math.min(within, period - within);
}
