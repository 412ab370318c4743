import type { Canvas, Color } from "./canvas.ts";
import { fillDisc, fillSpan, reachOf, strokeStraight } from "./strokes.ts";

type Point = readonly [x: number, y: number];

interface Path {
  thickness: number;
  color: Color;
  /** Whether the last point is joined to the first. */
  isClosed: boolean;
}

/** Lines from point to point, in whole pixels, with round corners and ends. */
export function strokePath(canvas: Canvas, points: readonly Point[], { thickness, color, isClosed }: Path): void {
  const stroke = { reach: reachOf(thickness), color };
  const last = isClosed ? points.length : points.length - 1;
  for (let i = 0; i < last; i++) strokeLine(canvas, [points[i]!, points[(i + 1) % points.length]!], stroke);
}

function strokeLine(
  canvas: Canvas,
  [[xa, ya], [xb, yb]]: readonly [Point, Point],
  { reach, color }: { reach: number; color: Color },
): void {
  if (xa === xb || ya === yb) {
    strokeStraight(canvas, [xa, ya, xb, yb], { reach, color });
    return;
  }
  const steps = Math.max(Math.abs(xb - xa), Math.abs(yb - ya));
  for (let i = 0; i <= steps; i++) {
    const [x, y] = [xa + Math.round((i * (xb - xa)) / steps), ya + Math.round((i * (yb - ya)) / steps)];
    if (reach === 0) fillSpan(canvas, [x, y, x, y], color);
    else fillDisc(canvas, [x, y], reach, color);
  }
}
